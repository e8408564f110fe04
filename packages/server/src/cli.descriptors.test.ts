import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { sendRequest } from './testing/openEntry.ts';
import { endCliRuns, runCli } from './testing/runCli.ts';

afterEach(endCliRuns);

async function metricsOf(http: string): Promise<(name: string) => number> {
  const text = await (await fetch(`${http}/metrics`)).text();
  return (name) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

/** An open connection to the server, and the promise of its end, which may come from either side. */
interface OpenConnection {
  readonly socket: Socket;
  readonly closed: Promise<void>;
}

/** Resolves at the event. Unlike `once` of node:events, an error of the socket does not reject it. */
function outcome(socket: Socket, event: 'data' | 'close'): Promise<void> {
  return new Promise((resolve) => {
    socket.once(event, () => {
      resolve();
    });
  });
}

/** Opens TCP connections until the server has refused twenty. Returns the others, which the server keeps open. */
async function exhaust(port: number): Promise<OpenConnection[]> {
  const admitted: OpenConnection[] = [];
  for (let refused = 0; refused < 20;) {
    // A refused connection may be reset.
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    const answered = outcome(socket, 'data');
    const closed = outcome(socket, 'close');
    socket.write('GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    const isAdmitted = await Promise.race([answered.then(() => true), closed.then(() => false)]);
    if (isAdmitted) {
      // Half of a second request, because the server closes idle connections after five seconds.
      socket.write('GET /health HTTP/1.1\r\n');
      admitted.push({ socket, closed });
    } else refused += 1;
    expect(admitted.length).toBeLessThan(300);
  }
  return admitted;
}

describe('tureen-server without file descriptors', () => {
  it('refuses connections, reports this once and in its metrics, serves connected clients, and recovers', async () => {
    // The time limit to join is also the one of a half-sent request, and a loaded machine takes seconds for all of this.
    const args = ['--port', '0', '--workers', '1', '--metrics', 'local', '--join-timeout-ms', '600000'];
    const server = runCli(args, { shell: 'ulimit -n 256' });
    const http = await server.listening;
    const client = new WebSocket(`${http.replace('http', 'ws')}/?roomId=r&peerId=inside`);
    await once(client, 'open');
    const before = await metricsOf(http);
    expect(before('process_max_fds')).toBe(256);
    expect(before('process_open_fds')).toBeGreaterThan(10);

    const connections = await exhaust(Number(new URL(http).port));
    // Connected clients stay, and the process still has descriptors for a new media worker.
    expect(await sendRequest(client, 'getRouterRtpCapabilities')).toMatchObject({ ok: true });
    expect(await sendRequest(client, 'join', { displayName: 'inside' })).toMatchObject({ ok: true });
    const closed = once(client, 'close');
    const { pid } = (await server.logged('started media worker')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    expect((await closed)[0]).toBe(1012);

    await server.logged('started media worker', 2);

    for (const { socket } of connections) socket.destroy();
    await Promise.all(connections.map(({ closed }) => closed));
    const again = new WebSocket(`${http.replace('http', 'ws')}/?roomId=r&peerId=again`);
    await once(again, 'open');
    expect(await sendRequest(again, 'getRouterRtpCapabilities')).toMatchObject({ ok: true });
    again.close();

    const after = await metricsOf(http);
    expect(after('tureen_descriptor_refusals_total')).toBeGreaterThanOrEqual(20);
    server.child.kill('SIGTERM');
    expect(await server.exited).toBe(0);
    const lines = server.stdout().match(/refusing connections: out of file descriptors/g);
    expect(lines).toHaveLength(1);
  });
});
