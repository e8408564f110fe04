import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { build, defaultClientConditions } from 'vite';

/**
 * Serves the pages of the tests, bundled from source and kept in memory. Each test opens a new browser with an empty cache, and loading 180
 * modules would take longer than most tests.
 *
 *     node e2e/pages/serve.ts <port>
 */
const types: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript' };
const root = join(import.meta.dirname, '..');
const pages = (await readdir(import.meta.dirname, { withFileTypes: true })).filter((entry) => entry.isDirectory());

const built = await build({
  root,
  configFile: false,
  logLevel: 'error',
  resolve: { conditions: ['tureen-source', ...defaultClientConditions] },
  build: {
    write: false,
    minify: false,
    target: 'es2022',
    rolldownOptions: { input: pages.map(({ name }) => join(root, 'pages', name, 'index.html')) },
  },
});
if (Array.isArray(built) || !('output' in built)) throw new Error('expected one build');
const files = new Map<string, string | Uint8Array>(
  built.output.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source]),
);

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://pages');
  const name = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
  const file = files.get(name);
  if (file === undefined) response.writeHead(404).end();
  else response.writeHead(200, { 'content-type': types[extname(name)] ?? 'application/octet-stream' }).end(file);
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => {
  // Reports the port to a parent process, which may have passed 0.
  process.send?.((server.address() as AddressInfo).port);
});
