import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, truncateSync, watch, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { sendRequest } from './testing/openEntry.ts';
import { endCliRuns, runCli } from './testing/runCli.ts';

async function metric(http: string, name: string): Promise<number> {
  const text = await (await fetch(`${http}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

/** Opens a call on a separate connection, which causes some log lines. */
async function serves(http: string): Promise<boolean> {
  const client = new WebSocket(`${http.replace('http', 'ws')}/?roomId=r&peerId=p`);
  await once(client, 'open');
  const answer = await sendRequest(client, 'getRouterRtpCapabilities');
  client.close();
  await once(client, 'close');
  return answer.ok === true;
}

const usual = ['--port', '0', '--workers', '1', '--metrics', 'local', '--log-level', 'debug'];

/** Resolves when the file has the text. */
async function fileHas(path: string, text: string): Promise<void> {
  const changes = watch(path);
  try {
    while (!readFileSync(path, 'utf8').includes(text)) await once(changes, 'change');
  } finally {
    changes.close();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'tureen-logs-'));
const full = openSync('/dev/full', 'w');

afterEach(endCliRuns);
afterAll(() => {
  closeSync(full);
  rmSync(folder, { recursive: true });
});

const mislaid = 'Promise.reject(new Error("mislaid"))';

describe('tureen-server with its log in a file', () => {
  it.each([
    ['SIGTERM', '', 0, 'stopped'],
    ['an uncaught error', mislaid, 1, 'exiting after an uncaught error'],
  ])('writes all lines, in their order, before it exits after %s', async (_what, onSignal, code, last) => {
    const path = join(folder, `exit-${String(code)}.log`);
    const file = openSync(path, 'a');
    const lose = `process.on("SIGUSR2", () => { ${onSignal} })`;
    const server = runCli(usual, { stdout: file, nodeArgs: ['--import', `data:text/javascript,${lose}`] });
    const http = await server.listening;
    for (let n = 0; n < 5; n += 1) expect(await serves(http)).toBe(true);
    server.child.kill(code === 0 ? 'SIGTERM' : 'SIGUSR2');
    expect(await server.exited).toBe(code);
    closeSync(file);
    const lines = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string; time: number });
    expect(lines.at(-1)?.msg).toBe(last);
    expect(lines.filter(({ msg }) => msg === 'opened connection')).toHaveLength(5);
    expect(lines.filter(({ msg }) => msg === 'closed connection')).toHaveLength(5);
    const times = lines.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
  });

  it('writes lines that a program logged just before process.exit()', async () => {
    const path = join(folder, 'exit-now.log');
    const file = openSync(path, 'a');
    const program = join(import.meta.dirname, 'index.ts');
    const exits = `
      const { startServer } = await import(${JSON.stringify(program)});
      const server = await startServer({ port: 0, workers: 1 });
      server.registry.close();
      await server.close();
      process.exit(7);
    `;
    const child = spawn(process.execPath, ['--conditions=tureen-source', '--input-type=module', '-e', exits], {
      stdio: ['ignore', file, 'inherit'],
    });
    expect(await once(child, 'exit')).toEqual([7, null]);
    closeSync(file);
    expect(readFileSync(path, 'utf8')).toMatch(/"msg":"stopped"\}\n$/);
  });
});

describe('tureen-server whose log cannot be written', () => {
  it('starts, serves, counts lost lines and stops at SIGTERM with stdout on a full disk', async () => {
    const server = runCli(usual, { stdout: full });
    const http = await server.listening;
    expect([await serves(http), await serves(http)]).toEqual([true, true]);
    expect(await metric(http, 'tureen_log_lines_lost_total')).toBeGreaterThan(5);

    server.child.kill('SIGTERM');
    expect(await server.exited).toBe(0);
    expect(server.stderr()).toMatch(
      /^tureen-server: cannot write the log \(ENOSPC: .*\); dropping log lines until a write succeeds\n$/,
    );
  });

  it('starts, serves and stops at SIGTERM with stdout and stderr on a full disk', async () => {
    const server = runCli(usual, { stdout: full, stderr: full });
    const http = await server.listening;
    expect(await serves(http)).toBe(true);
    server.child.kill('SIGTERM');
    expect(await server.exited).toBe(0);
  });

  it('exits with 1 and prints the reason on stderr at an uncaught error', async () => {
    const lose = 'process.on("SIGUSR2", () => { Promise.reject(new Error("mislaid")); })';
    const server = runCli(usual, { stdout: full, nodeArgs: ['--import', `data:text/javascript,${lose}`] });
    await server.listening;
    server.child.kill('SIGUSR2');
    expect(await server.exited).toBe(1);
    expect(server.stderr()).toContain('tureen-server: unhandledRejection: Error: mislaid\n');
  });

  it('exits with 1 at an uncaught error with stdout and stderr on a full disk', async () => {
    const lose = 'process.on("SIGUSR2", () => { throw new Error("mislaid"); })';
    const nodeArgs = ['--import', `data:text/javascript,${lose}`];
    const server = runCli(usual, { stdout: full, stderr: full, nodeArgs });
    await server.listening;
    server.child.kill('SIGUSR2');
    expect(await server.exited).toBe(1);
  });

  it.each([
    ['it cannot start', ['--port', '0', '--listen-ip', '192.0.2.1'], 1],
    ['a setting is wrong', ['--port', 'many'], 2],
    ['it prints its help', ['--help'], 1],
  ])('exits with its exit code when %s', async (_what, args, code) => {
    expect(await runCli(args, { stdout: full, stderr: full }).exited).toBe(code);
  });

  it('logs how many lines were lost when the disk has space again', async () => {
    const path = join(folder, 'server.log');
    const file = openSync(path, 'a');
    // Fills the file up to the limit, except for the first lines.
    writeSync(file, `${'-'.repeat(1024)}\n`.repeat(3));
    // A limit on the size of files, in units of 512 bytes (1024 in some shells), replaces a small disk.
    const server = runCli(usual, { stdout: file, shell: 'ulimit -f 8' });
    const http = await server.listening;
    for (let n = 0; (await metric(http, 'tureen_log_lines_lost_total')) < 10; n += 1) {
      expect(n).toBeLessThan(100);
      expect(await serves(http)).toBe(true);
    }
    expect(server.stderr()).toContain('cannot write the log (EFBIG');

    truncateSync(path);
    // The server tries again without a request, and stops when the log is written.
    await fileHas(path, 'lost log lines');
    expect(await serves(http)).toBe(true);
    server.child.kill('SIGTERM');
    expect(await server.exited).toBe(0);
    const lines = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { msg: string; lines?: number });
    expect(lines.find(({ msg }) => msg === 'lost log lines')?.lines).toBeGreaterThanOrEqual(10);
    expect(lines.map(({ msg }) => msg)).toContain('stopped');
    expect(server.stderr().match(/cannot write/g)).toHaveLength(1);
    closeSync(file);
  });

  it('limits the queued lines, and stops at SIGTERM, when its log pipe is not read', async () => {
    const server = runCli([...usual, '--max-bad-messages', '0', '--max-messages-per-sec', '0']);
    const http = await server.listening;
    await server.logged('listening');
    server.child.stdout?.pause();
    const client = new WebSocket(`${http.replace('http', 'ws')}/?roomId=r&peerId=p`);
    await once(client, 'open');
    for (let n = 0; n < 10_000; n += 1) client.send(`${String(n)} ${'x'.repeat(200)}`);
    expect(await sendRequest(client, 'getRouterRtpCapabilities')).toMatchObject({ ok: true });
    expect(await metric(http, 'tureen_log_lines_lost_total')).toBeGreaterThan(1000);
    expect(await serves(http)).toBe(true);

    server.child.kill('SIGTERM');
    expect((await once(server.child, 'exit'))[0]).toBe(0);
    client.terminate();
  });

  it('continues when the reader of its log pipe has exited', async () => {
    const server = runCli(usual);
    const http = await server.listening;
    await server.logged('listening');
    server.child.stdout?.destroy();
    expect([await serves(http), await serves(http)]).toEqual([true, true]);
    expect(await metric(http, 'tureen_log_lines_lost_total')).toBeGreaterThan(5);
    server.child.kill('SIGTERM');
    expect(await server.exited).toBe(0);
    expect(server.stderr()).toContain('cannot write the log (write EPIPE)');
  });
});
