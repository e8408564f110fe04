import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ManualClock } from '@tureen/kernel';
import type { ServerSettings } from './config/index.ts';
import { hang, isRunning, pass, wake, watchWorkers } from './engine/mediasoup/testing/hang.ts';
import type { Health } from './http/health.ts';
import { startServer } from './main.ts';
import { RECONNECT_PACE_MS } from './shared/pacing.ts';
import { capturedLogs } from './testing/capturedLogs.ts';
import { sendRequest, closeOf } from './testing/openEntry.ts';

const made = watchWorkers();
const endings: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(endings.splice(0).map((end) => end()));
});

async function open(settings: Partial<ServerSettings> = {}) {
  const clock = new ManualClock();
  const logs = capturedLogs();
  const own = { port: 0, workers: 1, metrics: 'local', pingIntervalMs: 0, joinTimeoutMs: 3_600_000 } as const;
  const server = await startServer({ ...own, ...settings }, { clock, logger: logs.logger });
  const health = async () => {
    const response = await fetch(`${server.url}/health`);
    return { code: response.status, ...((await response.json()) as Health) };
  };
  const pids = (await health()).workers.map(({ pid }) => pid);
  endings.push(async () => {
    for (const pid of pids) if (isRunning(pid)) wake(pid);
    await server.close();
  });
  return {
    server,
    clock,
    logs,
    pids,
    health,
    healthy: (index: number) => [made.get(pids[index]!)!],
    metrics: async () => (await (await fetch(`${server.url}/metrics`)).text()).split('\n'),
    async connect(roomId: string) {
      const url = `${server.url.replace('http', 'ws')}/mediasoup-v3?roomId=${roomId}&peerId=alice`;
      const client = new WebSocket(url, 'protoo');
      await once(client, 'open');
      return client;
    },
  };
}

const capabilitiesOf = (client: WebSocket) => sendRequest(client, 'getRouterRtpCapabilities');
const creating = { forceTcp: false, producing: true, consuming: false };

describe('a server whose media worker hangs', () => {
  it('reports degraded with 503 within 5 s, then kills the worker, sends its clients to another, and reports ok', async () => {
    const world = await open();
    const { clock, logs, health, metrics } = world;
    const client = await world.connect('old');
    await capabilitiesOf(client);
    hang(world.pids[0]!);
    await pass(clock, 5000);
    expect(await health()).toMatchObject({
      code: 503,
      status: 'degraded',
      workers: [{ pid: world.pids[0], alive: true, state: 'suspect', rooms: 1 }],
    });
    expect(await metrics()).toEqual(
      expect.arrayContaining([
        'tureen_workers{state="running"} 0',
        'tureen_workers{state="suspect"} 1',
        'tureen_worker_hangs_total 1',
        'tureen_worker_kills_total 0',
      ]),
    );
    expect(logs.lines).toContainEqual(
      expect.objectContaining({ level: 40, msg: 'media worker does not respond; assigning it no new rooms' }),
    );
    const refused = logs.next('failed to admit the client');
    const newcomer = closeOf(await world.connect('new'));
    await refused;
    await pass(clock, RECONNECT_PACE_MS);
    expect(await newcomer).toEqual([1012, 'unavailable: no media worker is available']);

    const closed = closeOf(client);
    const replaced = logs.next('started media worker');
    await pass(clock, 10_000);
    expect(await closed).toEqual([1012, 'workerDied']);
    const { pid } = await replaced;
    const again = await world.connect('old');
    expect(await capabilitiesOf(again)).toMatchObject({ ok: true });
    expect(await health()).toMatchObject({ code: 200, status: 'ok', workers: [{ pid, state: 'running', rooms: 1 }] });
    expect(await metrics()).toEqual(
      expect.arrayContaining(['tureen_worker_kills_total 1', 'tureen_worker_deaths_total 1']),
    );
    expect(logs.lines).toContainEqual(expect.objectContaining({ level: 50, msg: 'killing hung media worker' }));
  });

  it('reports degraded with 200 where another worker runs, which opens 8 of 8 new rooms', async () => {
    const world = await open({ workers: 2 });
    const { clock, health } = world;
    hang(world.pids[0]!);
    const enter = async (roomId: string) => {
      const client = await world.connect(roomId);
      return capabilitiesOf(client);
    };
    // Half of them before the server has noticed.
    const early = Promise.all(['a', 'b', 'c', 'd'].map(enter));
    await pass(clock, 5000, { healthy: world.healthy(1) });
    const late = await Promise.all(['e', 'f', 'g', 'h'].map(enter));
    for (const response of [...(await early), ...late]) expect(response).toMatchObject({ ok: true });
    expect(await health()).toMatchObject({
      code: 200,
      status: 'degraded',
      workers: [
        { state: 'suspect', rooms: 0 },
        { state: 'running', rooms: 8 },
      ],
      rooms: 8,
    });
  });

  it('disconnects no client where the worker responds in time, and performs pending requests', async () => {
    const world = await open();
    const { clock, logs, health } = world;
    const client = await world.connect('old');
    await capabilitiesOf(client);
    const ends: unknown[] = [];
    client.on('close', (code: number) => ends.push(code));
    hang(world.pids[0]!);
    await pass(clock, 4500);
    expect(await health()).toMatchObject({ status: 'degraded' });
    const asked = sendRequest(client, 'createWebRtcTransport', creating);
    await pass(clock, 9500);
    const recovered = logs.next('media worker responds again');
    wake(world.pids[0]!);
    await recovered;
    expect(await asked).toMatchObject({ ok: true });
    expect(await health()).toMatchObject({ code: 200, status: 'ok', workers: [{ pid: world.pids[0], rooms: 1 }] });
    await pass(clock, 20_000, { healthy: world.healthy(0) });
    expect(ends).toEqual([]);
    expect(logs.messages()).not.toContain('killing hung media worker');
  });

  it('refuses a request in an old room with 503 at the deadline, and keeps the client', async () => {
    const world = await open({ workerKillMs: 0 });
    const client = await world.connect('old');
    await capabilitiesOf(client);
    hang(world.pids[0]!);
    const asked = sendRequest(client, 'createWebRtcTransport', creating);
    // Longer than the deadline: the request needs a moment to arrive.
    await pass(world.clock, 15_000);
    expect(await asked).toMatchObject({ errorCode: 503, errorReason: 'the media worker does not respond' });
    expect(client.readyState).toBe(WebSocket.OPEN);
  });
});
