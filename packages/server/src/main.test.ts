import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ManualClock } from '@tureen/kernel';
import { selfSignedPair } from './http/tls.ts';
import { startServer } from './main.ts';
import type { RunningServer } from './main.ts';
import { sendRequest, closeOf } from './testing/openEntry.ts';
import { openRelay } from './testing/openRelay.ts';
import { connect, healthOf, nextNotification, useServers } from './testing/useServers.ts';

const { start, logs } = useServers();

interface Candidate {
  readonly protocol: 'udp' | 'tcp';
  readonly address: string;
  readonly port: number;
}

describe('startServer', () => {
  it('reports its address and its health', async () => {
    const server = await start({ workers: 2 }, new ManualClock());
    expect(server.url).toBe(`http://127.0.0.1:${String(server.port)}`);
    expect(logs().lines).toContainEqual(expect.objectContaining({ msg: 'listening', url: server.url }));
    expect(await healthOf(server)).toMatchObject({
      status: 'ok',
      uptimeSec: 0,
      workers: [
        { alive: true, state: 'running', rooms: 0 },
        { alive: true, state: 'running', rooms: 0 },
      ],
      rooms: 0,
      peers: 0,
    });
  });

  it('connects clients to the mediasoup-v3 dialect', async () => {
    const server = await start();
    const client = await connect(server, 'alice');
    const answer = await sendRequest(client, 'getRouterRtpCapabilities');
    expect(answer).toMatchObject({ ok: true, data: { codecs: expect.any(Array) as unknown } });
    expect(await sendRequest(client, 'noSuchThing')).toMatchObject({
      errorCode: 500,
      errorReason: expect.stringContaining('noSuchThing') as unknown,
    });
    client.terminate();
  });

  it('passes its settings to the dialect and the rooms', async () => {
    const iceServers = [{ urls: 'turn:turn.example', username: 'u', credential: 'c' }];
    const server = await start({ maxPeersPerRoom: 1, mediasoupV3Variant: 'notify', iceServers });
    const alice = await connect(server, 'alice');
    expect(await sendRequest(alice, 'getRouterRtpCapabilities')).toMatchObject({ data: { routerRtpCapabilities: {} } });
    const asked = { forceTcp: false, appData: { direction: 'consumer' } };
    expect(await sendRequest(alice, 'createWebRtcTransport', asked)).toMatchObject({ data: { iceServers } });

    const bob = await connect(server, 'bob');
    expect(await closeOf(bob)).toEqual([4000, 'roomFull: the room is full']);
    alice.terminate();
  });

  it('keeps a disconnected peer for the configured grace period, and resumes it by its token', async () => {
    const clock = new ManualClock();
    const server = await start({ reconnectGraceMs: 5000, pingIntervalMs: 0, joinTimeoutMs: 60_000 }, clock);
    const [alice, bob] = [await connect(server, 'alice'), await connect(server, 'bob')];
    const joining = { device: {}, extensions: ['resumeToken'] };
    const { data } = await sendRequest(alice, 'join', joining);
    await sendRequest(bob, 'join', { device: {} });
    const away = nextNotification(bob, 'peerReconnecting');
    alice.terminate();
    expect(await away).toEqual({ peerId: 'alice' });
    const again = await connect(server, 'alice');
    const { resumeToken } = data as { resumeToken: string };
    expect(await sendRequest(again, 'join', { ...joining, resumeToken })).toMatchObject({
      data: { peers: [{ id: 'bob' }], resumed: { producers: [] } },
    });

    const awayAgain = nextNotification(bob, 'peerReconnecting');
    again.close(1000);
    await awayAgain;
    const gone = nextNotification(bob, 'peerClosed');
    clock.advance(5000);
    expect(await gone).toEqual({ peerId: 'alice', reason: 'disconnected' });

    const carol = await connect(server, 'carol');
    await sendRequest(carol, 'join', joining);
    const closed = nextNotification(bob, 'peerClosed');
    // As a browser does when the page closes.
    carol.close(1001);
    expect(await closed).toEqual({ peerId: 'carol', reason: 'disconnected' });
    bob.terminate();
  });

  it('serves metrics when the settings enable them, to the clients that they allow', async () => {
    const server = await start({ metrics: 'local', allowedOrigins: ['https://meet.example'] });
    const client = await connect(server, 'alice');
    await sendRequest(client, 'getRouterRtpCapabilities');
    const joining = { displayName: 'A', device: { flag: 'x', name: 'x', version: '1' } };
    await sendRequest(client, 'join', { ...joining, rtpCapabilities: { codecs: [], headerExtensions: [] } });
    client.send('no JSON');
    client.send(JSON.stringify({ notification: true, method: 'made up', data: {} }));
    client.send(JSON.stringify({ response: true, id: 1, ok: true, data: {} }));
    await sendRequest(client, 'getTransportStats', { transportId: 'x' });
    const url = `${server.url.replace('http', 'ws')}/mediasoup-v3?roomId=r&peerId=eve`;
    const foreign = new WebSocket(url, 'protoo', { origin: 'https://evil.example' });
    expect(await closeOf(foreign)).toEqual([4000, 'originNotAllowed']);

    const response = await fetch(`${server.url}/metrics`);
    const lines = (await response.text()).split('\n');
    expect(response.headers.get('content-type')).toContain('text/plain');
    for (const line of [
      'tureen_rooms 1',
      'tureen_peers{dialect="mediasoup-v3"} 1',
      'tureen_connections_total{dialect="mediasoup-v3"} 1',
      'tureen_messages_total{dialect="mediasoup-v3",kind="request",method="getRouterRtpCapabilities"} 1',
      'tureen_messages_total{dialect="mediasoup-v3",kind="request",method="join"} 1',
      'tureen_messages_total{dialect="mediasoup-v3",kind="notification",method="unknown"} 1',
      'tureen_messages_total{dialect="mediasoup-v3",kind="response",method=""} 1',
      'tureen_bad_messages_total{dialect="mediasoup-v3"} 2',
      'tureen_refusals_total{status="403",reason="originNotAllowed"} 1',
      'tureen_transports 0',
      'tureen_workers{state="running"} 1',
      'tureen_workers{state="suspect"} 0',
      'tureen_worker_hangs_total 0',
      'tureen_worker_kills_total 0',
      'tureen_worker_deaths_total 0',
    ]) {
      expect(lines).toContain(line);
    }
    for (const name of ['process_resident_memory_bytes', 'nodejs_heap_size_used_bytes', 'process_cpu_seconds_total'])
      expect(lines.find((line) => line.startsWith(`${name} `))).toMatch(/ [\d.e+]+$/);
    expect(lines.some((line) => line.startsWith('tureen_event_loop_delay_seconds{quantile="0.99"}'))).toBe(true);
    const forwarded = await fetch(`${server.url}/metrics`, { headers: { 'x-forwarded-for': '192.0.2.1' } });
    expect(forwarded.status).toBe(404);
    client.terminate();
    const quiet = await start();
    expect((await fetch(`${quiet.url}/metrics`)).status).toBe(404);
  });

  it('listens on IPv6, and offers media over IPv6 to its clients', async () => {
    const server = await start({ host: '::1', listenIp: '::1' });
    expect(server.url).toBe(`http://[::1]:${String(server.port)}`);
    expect((await healthOf(server)).workers[0]?.pid).toBeGreaterThan(0);
    const client = await connect(server, 'alice');
    const options = { sctpCapabilities: undefined, forceTcp: false, producing: true, consuming: false };
    const { data } = (await sendRequest(client, 'createWebRtcTransport', options)) as {
      data: { iceCandidates: Candidate[] };
    };
    expect(new Set(data.iceCandidates.map(({ address }) => address))).toEqual(new Set(['::1']));
    client.terminate();
  });

  it('marks a client whose network went silent as reconnecting, and resumes it over another network', async () => {
    const clock = new ManualClock();
    const server = await start({ pingIntervalMs: 10_000, reconnectGraceMs: 20_000 }, clock);
    await using relay = await openRelay(server.port);
    const by = async (port: number) => {
      const client = new WebSocket(`ws://127.0.0.1:${String(port)}/mediasoup-v3?roomId=r&peerId=alice`, 'protoo');
      await once(client, 'open');
      return client;
    };
    const joining = { displayName: 'A', device: { flag: 'x', name: 'x', version: '1' }, extensions: ['resumeToken'] };
    const alice = await by(relay.port);
    const { data } = (await sendRequest(alice, 'join', joining)) as { data: { resumeToken: string } };
    relay.swallow();
    const stateOf = () => server.registry.list()[0]?.peers.map(({ id, reconnecting }) => [id, reconnecting]);
    clock.advance(10_000);
    expect(stateOf()).toEqual([['alice', false]]);
    clock.advance(10_000);
    expect(stateOf()).toEqual([['alice', true]]);

    clock.advance(15_000);
    const back = await by(server.port);
    expect(await sendRequest(back, 'join', { ...joining, ...data })).toMatchObject({ ok: true, data: { resumed: {} } });
    expect(stateOf()).toEqual([['alice', false]]);
    for (const client of [alice, back]) client.terminate();
  });

  it('counts disconnected and resumed peers in its metrics', async () => {
    const server = await start({ metrics: 'local' }, new ManualClock());
    const joining = { displayName: 'A', device: { flag: 'x', name: 'x', version: '1' }, extensions: ['resumeToken'] };
    const alice = await connect(server, 'alice');
    const { data } = (await sendRequest(alice, 'join', joining)) as { data: { resumeToken: string } };
    const bob = await connect(server, 'bob');
    await sendRequest(bob, 'join', joining);
    const told = once(bob, 'message');
    alice.terminate();
    await told;
    const metrics = async () => (await (await fetch(`${server.url}/metrics`)).text()).split('\n');
    expect(await metrics()).toContain('tureen_peers_away{dialect="mediasoup-v3"} 1');
    expect(server.registry.list()[0]?.peers.map(({ id, reconnecting }) => [id, reconnecting])).toEqual([
      ['alice', true],
      ['bob', false],
    ]);

    const back = await connect(server, 'alice');
    expect(await sendRequest(back, 'join', { ...joining, ...data })).toMatchObject({ ok: true });
    const lines = await metrics();
    expect(lines.some((line) => line.startsWith('tureen_peers_away{'))).toBe(false);
    expect(lines).toContain('tureen_peers_away_total 1');
    expect(lines).toContain('tureen_peers_back_total 1');
    back.terminate();
    bob.terminate();
  });

  it('closes a client that does not join in time', async () => {
    const clock = new ManualClock();
    const server = await start({ joinTimeoutMs: 5000 }, clock);
    const client = await connect(server, 'idler');
    await sendRequest(client, 'getRouterRtpCapabilities');
    const closed = closeOf(client);
    clock.advance(5000);
    expect(await closed).toEqual([4000, 'joinTimeout']);
  });

  it('serves TLS with a self-signed certificate', async () => {
    const server = await start({ https: true });
    expect(server.url).toBe(`https://127.0.0.1:${String(server.port)}`);
    const asked = request(`${server.url}/health`, { rejectUnauthorized: false, agent: false }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    response.resume();
  });

  it('serves TLS with a certificate from files, and refuses files without a certificate', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tureen-'));
    const [httpsCert, httpsKey, noPem] = ['cert.pem', 'key.pem', 'no.pem'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const { cert, key } = await selfSignedPair(['127.0.0.1']);
    await Promise.all([writeFile(httpsCert, cert), writeFile(httpsKey, key), writeFile(noPem, 'hello')]);

    const server = await start({ https: true, httpsCert, httpsKey });
    const client = new WebSocket(`${server.url.replace('https', 'wss')}/?roomId=r&peerId=p`, { ca: cert });
    await once(client, 'open');
    client.terminate();

    for (const unusable of [noPem, join(folder, 'missing.pem')]) {
      await expect(start({ https: true, httpsCert: unusable, httpsKey })).rejects.toMatchObject({
        name: 'StartError',
        code: 'certificateUnreadable',
      });
    }
    await rm(folder, { recursive: true });
  });

  it('refuses invalid settings', async () => {
    await expect(startServer({ port: -1 })).rejects.toThrow('port: must be a whole number from 0 to 65535');
  });

  it('reports a port in use and an address of another machine', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const { port } = occupant.address() as AddressInfo;
    await expect(start({ port })).rejects.toMatchObject({ name: 'StartError', code: 'portInUse' });
    await expect(start({ host: '203.0.113.1' })).rejects.toMatchObject({ code: 'addressNotAvailable' });
    occupant.close();
  });
});

describe('drain', () => {
  it('lasts until the last client has left, and is reported by health', async () => {
    const server = await start({ drainTimeoutMs: 60_000 }, new ManualClock());
    const [alice, bob] = [await connect(server, 'alice'), await connect(server, 'bob')];
    const drained = Promise.all([server.drain(), server.drain()]);
    const response = await fetch(`${server.url}/health`);
    expect([response.status, await response.json()]).toMatchObject([503, { status: 'draining' }]);
    await expect(connect(server, 'late')).rejects.toThrow('503');

    alice.close();
    await once(alice, 'close');
    expect(await sendRequest(bob, 'getRouterRtpCapabilities')).toMatchObject({ ok: true });
    bob.close();
    await drained;
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });

  it('closes the remaining clients after its time, or when close() is called', async () => {
    const clock = new ManualClock();
    for (const end of [() => clock.advance(60_000), (server: RunningServer) => void server.close()]) {
      const server = await start({ drainTimeoutMs: 60_000, joinTimeoutMs: 100_000, pingIntervalMs: 0 }, clock);
      const client = await connect(server, 'alice');
      await sendRequest(client, 'getRouterRtpCapabilities');
      const drained = server.drain();
      const closed = closeOf(client);
      end(server);
      expect(await closed).toEqual([1012, 'shuttingDown']);
      await drained;
    }
  });

  it('ends at once without a drain time or without clients', async () => {
    const [hurried, empty] = [await start(), await start({ drainTimeoutMs: 60_000 }, new ManualClock())];
    const client = await connect(hurried, 'alice');
    await sendRequest(client, 'getRouterRtpCapabilities');
    const closed = closeOf(client);
    await Promise.all([hurried.drain(), empty.drain()]);
    expect(await closed).toEqual([1012, 'shuttingDown']);
  });
});

describe('close', () => {
  it('notifies every client, also those that are joining, and ends the workers', async () => {
    const server = await start();
    const joined = await connect(server, 'joined');
    const waiting = await connect(server, 'waiting');
    await sendRequest(joined, 'getRouterRtpCapabilities');
    await sendRequest(joined, 'join', {
      displayName: 'J',
      device: { flag: 'x', name: 'x', version: '1' },
      rtpCapabilities: { codecs: [], headerExtensions: [] },
    });
    expect(await healthOf(server)).toMatchObject({ rooms: 1, workers: [{ rooms: 1 }] });
    const pid = (await healthOf(server)).workers[0]!.pid;

    const closes = Promise.all([closeOf(joined), closeOf(waiting)]);
    await Promise.all([server.close(), server.close()]);
    expect(await closes).toEqual([
      [1012, 'shuttingDown'],
      [1012, 'shuttingDown'],
    ]);
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    await server.close();
  });
});
