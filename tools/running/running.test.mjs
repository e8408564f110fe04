import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dependenciesDigest } from '../bootstrap/dependencies.mjs';
import { writeEnvironmentFile } from '../bootstrap/environmentFile.mjs';
import { needsOfScript } from '../bootstrap/needs.mjs';
import { ROOT } from '../bootstrap/paths.mjs';
import { writeStamp } from '../bootstrap/stamp.mjs';
import { readCommand } from './readCommand.mjs';
import { hasScreen, unmetNeeds } from './unmetNeeds.mjs';

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

describe('Scripts of the root package.json', () => {
  it.each(Object.entries(scripts))('%s runs without pnpm or a newer Node on PATH', (_name, script) => {
    expect(script).toMatch(/^exec node tools\/(start|test|build|pack|publish|api|run)\.mjs\b/);
  });

  it.each([
    [/playwright/, ['worker', 'browsers']],
    [/full\.config/, ['mediasoup2-worker']],
    [/vitest|tools\/bench\/(load|outage|keyFrames|soak)|tools\/fuzz/, ['worker']],
    [/hiddenTabs/, ['worker', 'browsers', 'screen']],
    [/tools\/sizes?\.mjs/, ['build']],
  ])('like %s need %j', (command, needs) => {
    const needed = Object.values(scripts)
      .filter((script) => command.test(script))
      .map(needsOfScript);
    expect(needed.length).toBeGreaterThan(0);
    for (const found of needed) expect(found).toEqual(expect.arrayContaining(needs));
  });
});

describe('readCommand', () => {
  it('treats everything after its own flags as the command', () => {
    expect(readCommand(['--needs=worker,browsers', '--source', 'playwright', 'test', '--needs=more'])).toEqual({
      needs: ['worker', 'browsers'],
      isFromSource: true,
      command: ['playwright', 'test', '--needs=more'],
    });
    expect(readCommand(['tsc'])).toEqual({ needs: [], isFromSource: false, command: ['tsc'] });
  });

  it.each([
    [['--needs=lunch', 'tsc'], 'Unknown need: lunch. Choose from: worker, browsers'],
    [['--fast', 'tsc'], 'Unknown flag: --fast'],
    [['--source'], 'Missing command'],
  ])('rejects %j', (argv, message) => {
    expect(() => readCommand(argv)).toThrow(message);
  });
});

/** Creates a clone in which the set-up has run: the scripts of this clone, with stand-in programs. */
async function makeClone() {
  const root = await mkdtemp(join(tmpdir(), 'tureen-clone-'));
  for (const path of ['tools/run.mjs', 'tools/running', 'tools/bootstrap', 'tools/packing']) {
    await cp(join(ROOT, path), join(root, path), { recursive: true });
  }
  await mkdir(join(root, 'packages'));
  await mkdir(join(root, 'node_modules', '.bin'), { recursive: true });
  await writeFile(join(root, 'package.json'), '{"type":"module"}');
  await writeFile(join(root, 'pnpm-workspace.yaml'), 'packages:\n  - packages/*\n');
  await writeFile(join(root, 'pnpm-lock.yaml'), '');
  const worker = join(root, 'mediasoup-worker');
  await writeFile(worker, '');
  // Comes first in PATH, like the Node of the toolchain.
  const bin = join(root, '.toolchain', 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(
    join(bin, 'newer-node'),
    '#!/bin/sh\necho "newer node, $1, worker $MEDIASOUP_WORKER_BIN, $NODE_OPTIONS"\n',
  );
  await chmod(join(bin, 'newer-node'), 0o755);
  return { root, bin, worker };
}

async function setUp({ root, bin, worker }) {
  const dependencies = await dependenciesDigest(root);
  await writeStamp(join(root, 'node_modules', '.tureen-install.json'), { digest: dependencies });
  const found = { dependencies, pathFirst: [bin], variables: { MEDIASOUP_WORKER_BIN: worker } };
  await writeEnvironmentFile(found, { root });
  return found;
}

let clone;
beforeAll(async () => {
  clone = await makeClone();
});
afterAll(() => rm(clone.root, { recursive: true }));

describe('unmetNeeds', () => {
  const unmet = (found, needs, env = {}) => unmetNeeds({ root: clone.root, found, needs, env });
  let found;
  beforeEach(async () => {
    found = await setUp(clone);
  });

  it('is empty if the set-up found everything', async () => {
    expect(await unmet(found, ['worker'])).toEqual([]);
    expect(await unmet(found, [])).toEqual([]);
  });

  it('names needs of which the set-up knows nothing, unless the user set the variable', async () => {
    expect(await unmet(found, ['worker', 'browsers'])).toEqual(['browsers']);
    const env = { TUREEN_CHROMIUM: '/usr/bin/chromium', TUREEN_FIREFOX: '' };
    expect(await unmet(found, ['worker', 'browsers'], env)).toEqual([]);
  });

  it('names all needs before any set-up, and after the lockfile changed', async () => {
    expect(await unmet(undefined, ['worker'])).toEqual(['toolchain', 'worker']);
    await writeFile(join(clone.root, 'pnpm-lock.yaml'), '# changed');
    expect(await unmet(found, ['worker'])).toEqual(['toolchain', 'worker']);
  });

  it('names a missing build', async () => {
    const folder = join(clone.root, 'packages', 'one');
    await mkdir(folder);
    await writeFile(join(folder, 'package.json'), '{"scripts":{"build":"tsc"}}');
    found = await setUp(clone);
    expect(await unmet(found, ['build'])).toEqual(['build']);
    await mkdir(join(folder, 'dist'));
    expect(await unmet(found, ['build'])).toEqual([]);
  });
});

describe('hasScreen', () => {
  it('is true with a display or on macOS, false on Linux without a display and Xvfb', () => {
    expect(hasScreen({ env: { DISPLAY: ':0', PATH: '' }, platform: 'linux' })).toBe(true);
    expect(hasScreen({ env: { PATH: '' }, platform: 'linux' })).toBe(false);
    expect(hasScreen({ env: { PATH: '' }, platform: 'darwin' })).toBe(true);
  });
});

describe('tools/run.mjs', () => {
  beforeEach(() => setUp(clone));

  function start(args, env = {}) {
    const program = join(clone.root, 'tools', 'run.mjs');
    // No variables of the machine that runs this test, and no toolchain on PATH.
    const child = spawn(process.execPath, [program, ...args], {
      env: { PATH: '/usr/bin:/bin', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    const ended = once(child, 'close').then(([code]) => ({ code, output: output.trim() }));
    return { child, ended };
  }

  it('runs a command with the Node and the variables that the set-up found', async () => {
    const { code, output } = await start(['--needs=worker', 'newer-node', 'with arguments']).ended;
    expect(output).toBe(`newer node, with arguments, worker ${clone.worker},`);
    expect(code).toBe(0);
  });

  it('lets the variables of the user win', async () => {
    const env = { MEDIASOUP_WORKER_BIN: '/my/worker', NODE_OPTIONS: '--no-warnings' };
    const { output } = await start(['--source', 'newer-node', 'x'], env).ended;
    expect(output).toBe('newer node, x, worker /my/worker, --no-warnings --conditions=tureen-source');
  });

  it('exits with the code of the command', async () => {
    expect(await start(['sh', '-c', 'exit 7']).ended).toEqual({ code: 7, output: '' });
    expect(await start(['no-such-program']).ended).toMatchObject({ code: 127 });
    expect(await start(['--needs=lunch', 'x']).ended).toMatchObject({ code: 2 });
  });

  it('passes SIGTERM on to the command', async () => {
    const program = `process.on('SIGTERM', () => { console.log('stopped'); process.exitCode = 3; server.close(); });
      const server = require('node:net').createServer().listen(0, () => console.log('started'));`;
    const { child, ended } = start([process.execPath, '--eval', program]);
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 3, output: 'started\nstopped' });
  });

  it('runs the set-up if something is missing, and exits with its code', async () => {
    const setup = join(clone.root, 'tools', 'setup.mjs');
    await writeFile(setup, 'console.log(process.argv[2]); process.exitCode = 3;');
    const { code, output } = await start(['--needs=worker,browsers', 'newer-node']).ended;
    expect(output).toBe('Setting up first: browsers\n--needs=worker,browsers');
    expect(code).toBe(3);
  });
});
