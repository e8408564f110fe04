import { once } from 'node:events';
import { MAX_NAME_LENGTH } from '@tureen/protocol/common';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ManualClock } from '@tureen/kernel';
import type { ServerSettings } from './config/index.ts';
import { startServer } from './main.ts';
import type { RunningServer } from './main.ts';
import { capturedLogs } from './testing/capturedLogs.ts';
import { sendRequest, closeOf } from './testing/openEntry.ts';
import { RoomMember } from './testing/RoomMember.ts';
import { audioParameters } from './testing/rtp.ts';

const servers: RunningServer[] = [];
const clients: WebSocket[] = [];

/** Starts a real server with one real media worker, on a free port, and a manual clock. */
async function start(settings: Partial<ServerSettings> = {}) {
  const clock = new ManualClock();
  const { logger } = capturedLogs();
  const server = await startServer({ port: 0, workers: 1, metrics: 'local', ...settings }, { clock, logger });
  servers.push(server);
  return { server, clock };
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.terminate();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function connect(server: RunningServer, peerId: string, roomId = 'room'): Promise<WebSocket> {
  const url = `${server.url.replace('http', 'ws')}/mediasoup-v3?roomId=${roomId}&peerId=${peerId}`;
  const client = new WebSocket(url, 'protoo');
  clients.push(client);
  await once(client, 'open');
  return client;
}

/** Connects a client that joined and receives no media. */
async function join(server: RunningServer, peerId: string, data: object = {}): Promise<WebSocket> {
  const client = await connect(server, peerId);
  expect(await sendRequest(client, 'join', { displayName: peerId, ...data })).toMatchObject({ ok: true });
  return client;
}

async function metric(server: RunningServer, line: RegExp): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(line.exec(text)?.[1]);
}

const textOf = (bytes: number) =>
  JSON.stringify({ request: true, id: 1, method: 'textMessage', data: { text: 'x'.repeat(bytes) } });
const nameOf = (n: number) =>
  JSON.stringify({
    request: true,
    id: 1,
    method: 'changeDisplayName',
    data: { displayName: `${String(n)}${'x'.repeat(200)}` },
  });

describe('a client that floods its room', () => {
  it.each([
    ['long texts', () => textOf(15_000), 1400],
    ['names', nameOf, 1900],
  ])('is closed after %s, and ten slow readers stay', { timeout: 60_000 }, async (_what, messageOf, count) => {
    const { server } = await start({ maxBytesPerSec: 20_000 });
    const readers: WebSocket[] = [];
    for (let n = 0; n < 10; n += 1) readers.push(await join(server, `reader${String(n)}`));
    const sender = await join(server, 'sender');
    const closed = closeOf(sender);
    for (const reader of readers) reader.pause();
    for (let n = 0; n < count && sender.readyState === sender.OPEN; n += 1) sender.send(messageOf(n));
    expect(await closed).toEqual([1008, 'tooManyBytes']);

    for (const reader of readers) reader.resume();
    for (const reader of readers)
      expect(await sendRequest(reader, 'getRouterRtpCapabilities')).toMatchObject({ ok: true });
    expect(await metric(server, /tureen_connections_ended_total\{reason="tooManyBytes"\} (\d+)/)).toBe(1);
    expect(await metric(server, /tureen_connections_ended_total\{reason="slowReader"\} (\d+)/)).toBe(0);
  });

  it('may send two megabytes at once and a quarter of one each second with the defaults, and no more', async () => {
    const { server, clock } = await start();
    const reader = await join(server, 'reader');
    const sender = await join(server, 'sender');
    const closed = closeOf(sender);
    const message = textOf(15_900);
    for (let n = 0; n < 130; n += 1) sender.send(message);
    expect(await sendRequest(sender, 'getRouterRtpCapabilities')).toMatchObject({ ok: true });
    clock.advance(1000);
    for (let n = 0; n < 16; n += 1) sender.send(message);
    expect(await sendRequest(sender, 'getRouterRtpCapabilities')).toMatchObject({ ok: true });
    for (let n = 0; n < 10; n += 1) sender.send(message);
    expect(await closed).toEqual([1008, 'tooManyBytes']);
    expect(await sendRequest(reader, 'getRouterRtpCapabilities')).toMatchObject({ ok: true });
  }, 60_000);
});

describe('clients that read nothing', () => {
  it('cost no more memory than the send budget, and are closed before clients that read', async () => {
    const maxBufferedTotalBytes = 400 * 1024;
    const { server } = await start({
      maxBufferedTotalBytes,
      maxMessagesPerSec: 0,
      maxBytesPerSec: 0,
      pingIntervalMs: 0,
    });
    for (let n = 0; n < 8; n += 1) (await join(server, `sleeper${String(n)}`)).pause();
    const reader = await join(server, 'reader');
    const sender = await join(server, 'sender');
    const message = textOf(16_000);
    const countEnds = () => metric(server, /tureen_connections_ended_total\{reason="bufferTotal"\} (\d+)/);

    let most = 0;
    // The kernel buffers some megabytes for each socket before anything waits in the process.
    for (let round = 0; round < 200 && (await countEnds()) === 0; round += 1) {
      for (let n = 0; n < 50; n += 1) sender.send(message);
      expect(await sendRequest(sender, 'getRouterRtpCapabilities')).toMatchObject({ ok: true });
      expect(await sendRequest(reader, 'getRouterRtpCapabilities')).toMatchObject({ ok: true });
      most = Math.max(most, await metric(server, /tureen_buffered_bytes (\d+)/));
    }
    expect(await countEnds()).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(maxBufferedTotalBytes);
    const { connected } = Object.groupBy(server.registry.list()[0]?.peers ?? [], ({ reconnecting }) =>
      reconnecting ? 'away' : 'connected',
    );
    expect(connected?.map(({ id }) => id)).toEqual(expect.arrayContaining(['reader', 'sender']));
  }, 120_000);
});

describe('a room of 150 peers with the longest names and the largest appData', () => {
  it('can be joined, also by a client that reads slowly', async () => {
    const { server, clock } = await start({ maxPeersPerRoom: 200 });
    const name = '\u{1f600}'.repeat(MAX_NAME_LENGTH / 2);
    const appData = { padding: 'é'.repeat(4000) };
    const device = { flag: 'x'.repeat(MAX_NAME_LENGTH), name: 'x'.repeat(MAX_NAME_LENGTH), version: '1' };
    for (let n = 0; n < 150; n += 1) {
      const member = await join(server, `member${String(n)}`, { displayName: name, appData, device });
      member.pause();
    }
    const late = await connect(server, 'late');
    const answer = sendRequest(late, 'join', { displayName: name, appData, device });
    late.pause();
    clock.advance(9_999);
    late.resume();
    const { ok, data } = (await answer) as { ok?: boolean; data?: { peers?: unknown[] } };
    expect(ok).toBe(true);
    expect(data?.peers).toHaveLength(150);
    expect(server.registry.get('room')?.peers.size).toBe(151);
    expect(await sendRequest(late, 'getTransportStats', { transportId: 'none' })).toMatchObject({ errorCode: 404 });
  }, 60_000);
});

describe('a join that causes much work', () => {
  it('lets other joins in between in a room of 240 producers, whatever it declares', async () => {
    const { server } = await start();
    for (let n = 0; n < 8; n += 1) {
      const member = await RoomMember.enter(server.registry, `sender${String(n)}`, { receives: null });
      for (let k = 0; k < 30; k += 1)
        await member.peer.sending.produce(member.send, { kind: 'audio', rtpParameters: audioParameters() });
    }
    const room = server.registry.get('room')!;
    const joiner = await connect(server, 'joiner');
    await sendRequest(joiner, 'createWebRtcTransport', { producing: false, consuming: true, forceTcp: false });
    const other = await connect(server, 'other', 'elsewhere');
    joiner.on('message', (text: Buffer) => {
      const { request, id } = JSON.parse(text.toString()) as { request?: true; id?: number };
      if (request === true) joiner.send(JSON.stringify({ response: true, id, ok: true, data: {} }));
    });
    let begun = 0;
    const { router } = room;
    const narrow = router.narrowRtpCapabilities.bind(router);
    router.narrowRtpCapabilities = (consumable, matched) => {
      begun += 1;
      return narrow(consumable, matched);
    };
    const codecs = Array.from({ length: 9 }, () => room.rtpCapabilities.codecs ?? []).flat();
    const { headerExtensions } = room.rtpCapabilities;
    const joined = sendRequest(joiner, 'join', { rtpCapabilities: { codecs, headerExtensions } });

    const begunAtEach: number[] = [];
    while (begun < 240) {
      await sendRequest(other, 'getRouterRtpCapabilities');
      begunAtEach.push(begun);
    }
    expect(await joined).toMatchObject({ ok: true });
    await room.peers.get('joiner')?.receiving.whenOffersMade();
    expect(room.peers.get('joiner')?.receiving.consumers.size).toBe(240);
    const inOneGo = begunAtEach.map((count, index) => count - (begunAtEach[index - 1] ?? 0));
    expect(Math.max(...inOneGo)).toBeLessThanOrEqual(60);
  }, 60_000);

  it('is refused with more codecs than a client can have, and the client stays connected', async () => {
    const { server } = await start({ maxMessageBytes: 4 * 1024 * 1024, maxBytesPerSec: 0 });
    const client = await connect(server, 'client');
    const codec = { kind: 'video', mimeType: 'video/VP8', preferredPayloadType: 96, clockRate: 90_000 };
    const codecs = Array.from({ length: 8000 }, () => codec);
    expect(await sendRequest(client, 'join', { rtpCapabilities: { codecs } })).toMatchObject({ errorCode: 400 });
    expect(await sendRequest(client, 'join', { rtpCapabilities: { codecs: [codec] } })).toMatchObject({ ok: true });
  });
});
