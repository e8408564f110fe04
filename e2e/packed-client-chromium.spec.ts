import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, defaultClientConditions } from 'vite';
import { expect, test } from './fixtures/test.ts';

const run = promisify(execFile);
const packages = fileURLToPath(new URL('../packages/', import.meta.url));

/** App of a user: a folder with the packed packages in `node_modules`, and a page that joins a room. */
let app: string;
let client: string;
const servers: Server[] = [];

test.beforeAll(async () => {
  app = await mkdtemp(join(tmpdir(), 'tureen-packed-'));
  client = await unpack('client');
  await unpack('protocol');
  const { dependencies, peerDependencies } = JSON.parse(await readFile(join(client, 'package.json'), 'utf8')) as Record<
    'dependencies' | 'peerDependencies',
    Record<string, string>
  >;
  // An app that has the optional peers too, from the workspace.
  for (const name of Object.keys({ ...dependencies, ...peerDependencies }).filter((one) => !one.startsWith('@tureen/')))
    await symlink(join(packages, 'client/node_modules', name), join(app, 'node_modules', name));
  await writeFile(
    join(app, 'index.html'),
    '<!doctype html><h1>idle</h1><script type="module" src="/main.js"></script>',
  );
  await writeFile(
    join(app, 'main.js'),
    `import { ProtooTransport, Room, mediasoupV3 } from '@tureen/client';
     const query = new URLSearchParams(location.search);
     const room = new Room({
       roomId: query.get('room'),
       peerId: 'packed',
       dialect: mediasoupV3(),
       transport: new ProtooTransport({ url: query.get('server') }),
     });
     await room.join();
     document.querySelector('h1').textContent = room.state;`,
  );
});

test.afterAll(async () => {
  for (const server of servers) server.close();
  await rm(app, { recursive: true, force: true });
});

/** Packs a package with pnpm, as the first step of `npm run pack` does, and unpacks it as an installation does. */
async function unpack(name: string): Promise<string> {
  if (!(await readdir(join(packages, name))).includes('dist'))
    throw new Error(`packages/${name}/dist is missing: run \`pnpm build\` first`);
  const target = join(app, 'node_modules/@tureen', name);
  await mkdir(target, { recursive: true });
  const args = ['--config.ignore-scripts=true', 'pack', '--pack-destination', app];
  await run('pnpm', args, { cwd: join(packages, name) });
  const tarball = (await readdir(app)).find((file) => file.startsWith(`tureen-${name}-`)) ?? '';
  await run('tar', ['-xzf', join(app, tarball), '--strip-components=1', '-C', target]);
  return target;
}

interface Bundle {
  readonly modules: readonly string[];
  readonly files: ReadonlyMap<string, string>;
}

async function bundle(conditions: readonly string[]): Promise<Bundle> {
  const built = await build({
    root: app,
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: [...conditions, ...defaultClientConditions] },
    build: { write: false, minify: false, target: 'es2022', modulePreload: false },
  });
  if (Array.isArray(built) || !('output' in built)) throw new Error('expected one build');
  const { output } = built;
  return {
    modules: output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : [])),
    files: new Map(output.map((file) => [file.fileName, String(file.type === 'chunk' ? file.code : file.source)])),
  };
}

/** Serves the files of a bundle. Returns the URL of the page. */
async function serve(files: Bundle['files']): Promise<string> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://app');
    const name = pathname === '/' ? 'index.html' : pathname.slice(1);
    const body = files.get(name);
    const type = name.endsWith('.html') ? 'text/html' : 'text/javascript';
    if (body === undefined) response.writeHead(204).end();
    else response.writeHead(200, { 'content-type': type }).end(body);
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const cases = [
  { conditions: [], title: 'has the lean mediasoup-client by default, which writes no debug output', isGenuine: false },
  {
    conditions: ['mediasoup-client'],
    title: 'has the genuine package with the condition mediasoup-client, which writes debug output',
    isGenuine: true,
  },
];

for (const { conditions, title, isGenuine } of cases)
  test(`an app on the packed client ${title}`, async ({ world, browser }) => {
    const { modules, files } = await bundle(conditions);
    expect(modules.some((id) => id.endsWith('/mediasoup-client/lib/index.js'))).toBe(isGenuine);
    expect(modules.some((id) => id.endsWith('/dist/media/device/mediasoupClient.js'))).toBe(!isGenuine);

    const page = await (await browser.newContext()).newPage();
    world.watch(page);
    const lines: string[] = [];
    page.on('console', (message) => lines.push(message.text()));
    await page.addInitScript("localStorage.setItem('debug', 'mediasoup-client*')");
    const query = new URLSearchParams({ room: world.roomId, server: world.serverUrl });
    await page.goto(`${await serve(files)}?${query}`);
    await expect(page.getByRole('heading')).toHaveText('joined');

    const debugLines = lines.filter((line) => line.includes('mediasoup-client:Device'));
    if (isGenuine) expect(debugLines.join('\n')).toContain('load() succeeded');
    else expect(debugLines).toEqual([]);
    await page.context().close();
  });

test('the packed client contains the license notice and the version of the mediasoup-client that it bundles', async () => {
  const manifest = join(packages, 'mediasoup-client-lean/node_modules/mediasoup-client/package.json');
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string };

  for (const file of ['media/device/mediasoupClient.js', 'tureen.umd.js']) {
    const path = join(client, 'dist', file);
    expect(await readFile(`${path}.LICENSE.txt`, 'utf8'), file).toContain(`mediasoup-client ${version}\n`);
    // mediasoup-client writes its version into the session name of each SDP.
    expect(await readFile(path, 'utf8'), file).toMatch(new RegExp(`["'\`]${version.replaceAll('.', '\\.')}["'\`]`));
    expect(await readdir(dirname(path))).toContain(`${file.slice(file.lastIndexOf('/') + 1)}.LICENSE.txt`);
  }
});
