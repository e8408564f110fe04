/**
 * `npm run compare`: prints how much an app downloads for the same call on Tureen, on mediasoup-client with protoo-client, and on
 * livekit-client, and how many lines that app has. The samples stand in `samples/`. Other people's packages come from npm, in
 * the versions below, into a temporary folder. Each sample is bundled whole and minified by esbuild, then gzipped.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const run = promisify(execFile);
const versions = { 'livekit-client': '2.23.0', 'mediasoup-client': '3.24.1', 'protoo-client': '4.0.8' };
const samples = {
  'Tureen, ProtooTransport': 'tureen',
  'Tureen, WebSocketTransport': 'tureen-websocket',
  'mediasoup-client and protoo-client': 'mediasoup',
  'livekit-client': 'livekit',
};

/** Lines with code: neither blank nor only a comment. */
const linesOf = (code: string) => code.split('\n').filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length;

const app = await mkdtemp(join(tmpdir(), 'tureen-compare-'));
try {
  await writeFile(join(app, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies: versions }));
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: app });
  await cp(join(import.meta.dirname, 'samples'), join(app, 'samples'), { recursive: true });
  await symlink(join(import.meta.dirname, '../../../packages'), join(app, 'node_modules/@tureen'), 'dir');

  console.log(`${'the same call on'.padEnd(38)}lines  kB (1,000 bytes), minified and gzipped`);
  for (const [name, sample] of Object.entries(samples)) {
    const entry = join(app, 'samples', `${sample}.js`);
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      write: false,
      logLevel: 'error',
    });
    const bytes = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
    const lines = linesOf(await readFile(entry, 'utf8'));
    console.log(`${name.padEnd(38)}${String(lines).padStart(5)}  ${(bytes / 1000).toFixed(1).padStart(6)}`);
  }
  console.log(
    `\nVersions: ${Object.entries(versions)
      .map((pair) => pair.join(' '))
      .join(', ')}`,
  );
} finally {
  await rm(app, { recursive: true, force: true });
}
