import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startServer } from '../../main.ts';
import type { RunningServer } from '../../main.ts';
import { capturedLogs } from '../../testing/capturedLogs.ts';
import { sendRequest } from '../../testing/openEntry.ts';

let server: RunningServer | undefined;

beforeAll(async () => {
  server = await startServer({ port: 0, workers: 1 }, { logger: capturedLogs().logger });
});
afterAll(() => server?.close());

async function connect(path: string): Promise<WebSocket> {
  const client = new WebSocket(`${server!.url.replace('http', 'ws')}${path}`, 'protoo');
  await once(client, 'open');
  return client;
}

/** A server's dialect is recognized by the form of its join request. */
describe('a client of mediasoup 2', () => {
  it.each([
    ['/?roomId=a&peerName=x', 'mediasoup-v2', { method: 'join', peerName: 'x', rtpCapabilities: {} }],
    ['/mediasoup-v2?roomId=b&peerName=x', 'mediasoup-v2', { method: 'join', peerName: 'x', rtpCapabilities: {} }],
    ['/mediasoup-v2-beta?roomId=c&peerName=x', 'mediasoup-v2-beta', { method: 'joinRoom', rtpCapabilities: {} }],
    ['/mediasoup-v2-alpha?roomId=d&peerName=x', 'mediasoup-v2-alpha', { method: 'join' }],
  ])('reaches its dialect by %s', async (path, dialect, payload) => {
    const client = await connect(path);
    expect(await sendRequest(client, 'mediasoup-request', payload)).toMatchObject({ ok: true, data: { peers: [] } });
    const roomId = new URLSearchParams(path.split('?')[1]).get('roomId')!;
    expect(server!.registry.get(roomId)!.snapshot().peers).toMatchObject([{ id: 'x', dialect }]);
    const refused = await sendRequest(client, 'mediasoup-request', { method: 'createTransport', id: 'one' });
    expect(refused).toMatchObject({ errorCode: 400, errorReason: 'id: Expected number' });
    client.terminate();
  });

  it('reaches its dialect when it names the dialect', async () => {
    await expect(connect('/mediasoup-v2?roomId=a&peerId=x')).rejects.toThrow('400');
  });
});
