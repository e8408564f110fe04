import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { closeOf, openEntry } from '../testing/openEntry.ts';
import { refusalOf } from '../testing/refusalOf.ts';
import type { MediaWorkerStatus } from '../engine/MediaWorkers.ts';
import { healthStatus, workersHealth } from './health.ts';
import type { Health } from './health.ts';

describe('upgrades', () => {
  it('reach the dialect with their parameters and subprotocol', async () => {
    await using world = await openEntry();
    const client = await world.connect('/?roomId=r1&peerId=%20alice&extra=1');
    expect(client.protocol).toBe('protoo');
    const { connection } = world.dialect;
    expect(Object.fromEntries(connection.params)).toEqual({ roomId: 'r1', peerId: 'alice', extra: '1' });
    expect(connection.remoteAddress).toBe('127.0.0.1');
    expect(world.logs.lines).toContainEqual(
      expect.objectContaining({ msg: 'opened connection', roomId: 'r1', peerId: 'alice', connectionId: connection.id }),
    );
  });

  it('work without a subprotocol', async () => {
    await using world = await openEntry();
    const client = new WebSocket(`${world.ws}/?roomId=r&peerId=p`);
    await once(client, 'open');
    expect(client.protocol).toBe('');
    client.terminate();
  });

  it('are refused with a status and a reason before the WebSocket opens', async () => {
    await using world = await openEntry({ allowedOrigins: ['https://meet.example'] });
    expect(await refusalOf(`${world.ws}/nowhere?roomId=r&peerId=p`)).toEqual({
      status: 404,
      body: 'unknown path /nowhere; use /mediasoup-v3\n',
    });
    expect(await refusalOf(`${world.ws}/mediasoup-v3?roomId=r`)).toEqual({
      status: 400,
      body: 'missing query parameter peerId\n',
    });
    expect(await refusalOf(`${world.ws}/?roomId=r&peerId=p`, { protocols: ['chat'] })).toMatchObject({ status: 400 });
    expect(world.dialect.connections).toEqual([]);
  });

  it('get an HTTP response when they are not a WebSocket handshake, and the server keeps running', async () => {
    await using world = await openEntry();
    const socket = connect(world.port, '127.0.0.1');
    socket.write('GET /?roomId=r&peerId=p HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const [head] = (await once(socket, 'data')) as [Buffer];
    expect(head.toString()).toMatch(/^HTTP\/1\.1 400 /);
    await once(socket, 'close');
    await world.connect();
  });

  it('are closed with 1011 when the dialect throws, and the server keeps running', async () => {
    await using world = await openEntry({
      onClient: () => {
        throw new Error('no room in here');
      },
    });
    const client = new WebSocket(`${world.ws}/?roomId=r&peerId=p`, 'protoo');
    expect(await closeOf(client)).toEqual([1011, 'internalError']);
    expect(world.logs.messages()).toContain('cannot set up the connection');
  });
});

describe('HTTP', () => {
  it('returns the health of the server', async () => {
    const health: Health = {
      status: 'ok',
      version: '1.2.3',
      uptimeSec: 5,
      workers: [{ pid: 42, alive: true, state: 'running', rooms: 2 }],
      rooms: 2,
      peers: 3,
    };
    await using world = await openEntry({ health: () => health });
    const response = await fetch(`${world.http}/health?verbose=1`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toEqual(health);
    expect((await fetch(`${world.http}/health`, { method: 'HEAD' })).status).toBe(200);
  });

  it('responds with 503 when all media workers are dead', async () => {
    await using world = await openEntry({
      health: () => ({ status: 'down', version: '1', uptimeSec: 5, workers: [], rooms: 0, peers: 0 }),
    });
    expect((await fetch(`${world.http}/health`)).status).toBe(503);
  });

  it.each([
    ['running, running', 'ok', 200],
    ['running, suspect', 'degraded', 200],
    ['running, dead', 'degraded', 200],
    ['suspect', 'degraded', 503],
    ['suspect, dead', 'degraded', 503],
    ['dead, dead', 'down', 503],
  ])('reports media workers that are %s as %s with %i', async (states, status, code) => {
    const workers = workersHealth(
      (states.split(', ') as MediaWorkerStatus[]).map((state, pid) => ({ pid, state, rooms: 0 })),
    );
    await using world = await openEntry({
      health: () => ({ status: healthStatus(workers), version: '1', uptimeSec: 5, workers, rooms: 0, peers: 0 }),
    });
    const response = await fetch(`${world.http}/health`);
    expect([((await response.json()) as Health).status, response.status]).toEqual([status, code]);
  });

  it('allows pages of listed origins to read the response, or of any origin without a list', async () => {
    const origin = 'https://meet.example';
    await using open = await openEntry();
    await using listed = await openEntry({ allowedOrigins: [origin] });
    const allowedBy = async (url: string, asked: string) =>
      (await fetch(`${url}/health`, { headers: { origin: asked } })).headers.get('access-control-allow-origin');
    expect(await allowedBy(open.http, 'https://other.example')).toBe('*');
    expect(await allowedBy(listed.http, origin)).toBe(origin);
    expect(await allowedBy(listed.http, 'https://other.example')).toBeNull();
    const preflight = await fetch(`${listed.http}/health`, { method: 'OPTIONS', headers: { origin } });
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([204, 'GET, HEAD']);
  });

  it('responds to unknown paths with JSON that lists the endpoints', async () => {
    await using world = await openEntry();
    const response = await fetch(`${world.http}/metrics`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: 'unknown path /metrics; use GET /health, or WebSocket at /mediasoup-v3',
    });
    const posted = await fetch(`${world.http}/health`, { method: 'POST', body: 'x' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
});
