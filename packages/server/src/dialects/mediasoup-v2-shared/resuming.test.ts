import { describe, expect, it } from 'vitest';
import { reportConnections } from '../../testing/connectionState.ts';
import { openV2Rooms } from '../../testing/openV2Rooms.ts';
import type { OpenV2RoomsOptions } from '../../testing/openV2Rooms.ts';
import { only } from '../../testing/rtp.ts';
import { useBackend } from '../../testing/useBackend.ts';
import { v2Names } from '../../testing/V2Client.ts';
import type { V2Name, V2Client } from '../../testing/V2Client.ts';

const backend = useBackend();

type Rooms = ReturnType<typeof openV2Rooms>;

const peerOf = (rooms: Rooms, id: string) => rooms.registry.get('room')?.peers.get(id);
const connect = (rooms: Rooms, { dialect, peerName }: V2Client) => rooms.connect(dialect, peerName).connection;

/**
 * Opens a call of Alice, who reconnects, and Bob; each sends audio and receives the other's. Carol, of mediasoup-v3, only
 * receives notifications.
 */
async function meet(dialect: V2Name, options: OpenV2RoomsOptions = {}) {
  const rooms = openV2Rooms(backend(), options);
  const carol = await rooms.joinV3('carol');
  const { client: alice, token } = await rooms.joinResumable(dialect, 'alice');
  const bob = await rooms.join(dialect, 'bob');
  const [producer, bobsProducer] = [await alice.produce('audio'), await bob.produce('audio')];
  const [entry, bobsEntry] = [await alice.received('newConsumer'), await bob.received('newConsumer')];
  await Promise.all([alice.enable(entry), bob.enable(bobsEntry)]);
  const holds = { producers: [producer], consumers: [entry.id as number] };
  const numbers = { producer, bobsProducer, consumer: entry.id as number, bobsConsumer: bobsEntry.id as number };
  return { rooms, carol, alice, bob, token, holds, ...numbers, [Symbol.dispose]: () => rooms[Symbol.dispose]() };
}

describe.each(v2Names)('resume by %s', (dialect) => {
  it('continues unchanged under the same numbers, without notifications to the other v2 peers', async () => {
    using call = await meet(dialect);
    const { rooms, carol, alice, bob, token, holds, producer, consumer, bobsConsumer } = call;
    expect(token).toMatch(/^[\w-]{22}$/);
    await alice.sendMessage('pauseConsumer', { id: consumer });
    await alice.sendMessage('pauseProducer', { id: producer });
    await bob.received('consumerPaused');
    const heard = bob.payloads.length;
    alice.connection.drop();
    const answer = await alice.resume(connect(rooms, alice), token, holds);
    expect(answer).toMatchObject({
      peers: expect.arrayContaining([expect.objectContaining({ name: 'bob' })]) as unknown,
      extensions: expect.arrayContaining(['resumeToken']) as unknown,
      resumed: {
        producers: [{ id: producer, paused: true }],
        consumers: [{ id: consumer, paused: true, producerPaused: false }],
      },
    });
    expect(answer.peers.flatMap(({ consumers, senders }) => consumers ?? senders)).toEqual([]);
    expect(answer.resumeToken).not.toBe(token);
    expect(bob.payloads).toHaveLength(heard);
    expect(carol.connection.allReceived('peerReconnecting')).toEqual([{ peerId: 'alice' }]);
    expect(carol.connection.allReceived('peerReconnected')).toEqual([{ peerId: 'alice' }]);

    await alice.sendMessage('resumeProducer', { id: producer });
    expect(await bob.received('consumerResumed')).toMatchObject({ id: bobsConsumer });
    await alice.sendMessage('resumeConsumer', { id: consumer });
    await bob.sendMessage('pauseProducer', { id: call.bobsProducer });
    expect(await alice.received('consumerPaused')).toMatchObject({ id: consumer });
    expect(alice.all('newConsumer')).toEqual([]);
    expect(rooms.logs.messages()).toContain('resumed peer');
    expect(rooms.logs.messages().filter((text) => text.startsWith('peer closed'))).toEqual([]);
    expect(rooms.logs.lines.filter(({ level }) => level >= 40)).toEqual([]);
    rooms.registry.close();
    expect(rooms.clock.pending).toBe(0);
  });

  it('announces what the client missed after the response, and no entity that the client does not know', async () => {
    using call = await meet(dialect);
    const { rooms, alice, bob, token, consumer, bobsConsumer } = call;
    alice.connection.drop();
    await bob.produce('video');
    const { resumed } = await alice.resume(connect(rooms, alice), token, { consumers: [consumer] });
    expect(resumed).toEqual({ producers: [], consumers: [{ id: consumer, paused: false, producerPaused: false }] });
    const offered = await alice.received('newConsumer');
    expect(offered).toMatchObject({ kind: 'video', peerName: 'bob' });
    expect(alice.connection.arrivals[0]).toMatchObject({ kind: 'answer' });
    expect(await bob.received('consumerClosed')).toMatchObject({ id: bobsConsumer });
    await alice.enable(offered);
    expect(alice.all('consumerClosed')).toEqual([]);
  });

  it('offers an unread consumer again under another number', async () => {
    using call = await meet(dialect);
    const { rooms, alice, bob, token, holds } = call;
    await bob.produce('video');
    const lost = await alice.received('newConsumer', ({ kind }) => kind === 'video');
    alice.connection.drop();
    await alice.resume(connect(rooms, alice), token, holds);
    const offered = await alice.received('newConsumer');
    expect(offered.id).not.toBe(lost.id);
    await alice.enable(offered);
    expect(peerOf(rooms, 'alice')!.receiving.consumers.size).toBe(2);
  });

  it('lets the client enable a consumer again once, as the response may be lost, and enable others', async () => {
    using call = await meet(dialect);
    const { rooms, alice, bob, token, holds, consumer } = call;
    await bob.produce('video');
    const waiting = await alice.received('newConsumer', ({ kind }) => kind === 'video');
    alice.connection.drop();
    const having = { ...holds, consumers: [...holds.consumers, waiting.id as number] };
    const { resumed } = await alice.resume(connect(rooms, alice), token, having);
    expect(resumed?.consumers).toHaveLength(2);
    const again = { ...(dialect === 'mediasoup-v2' ? { transportId: alice.recv!.id } : {}), ...alphas(dialect) };
    await alice.sendMessage('enableConsumer', { id: consumer, ...again });
    await expect(alice.sendMessage('enableConsumer', { id: consumer, ...again })).rejects.toMatchObject({
      message: 'Consumer already enabled',
    });
    await alice.enable(waiting);
  });

  it('lets the client request the transport again whose response was lost', async () => {
    using rooms = openV2Rooms(backend());
    const { client: alice, token } = await rooms.joinResumable(dialect, 'alice');
    await alice.createTransport('recv');
    await expect(alice.createTransport('recv')).rejects.toMatchObject({ code: 403 });
    alice.connection.drop();
    await alice.resume(connect(rooms, alice), token);
    const { id } = await alice.createTransport('recv');
    await expect(alice.createTransport('recv')).rejects.toMatchObject({ code: 403 });
    const bob = await rooms.join(dialect, 'bob');
    await bob.produce('audio');
    await alice.enable(await alice.received('newConsumer'));
    expect(alice.recv!.id).toBe(id);
    expect(peerOf(rooms, 'alice')!.transports.size).toBe(1);
  });

  it('keeps consumers that the client cannot decode, and announces new ones', async () => {
    using rooms = openV2Rooms(backend());
    const carol = await rooms.joinV3('carol');
    const alice = rooms.connect(dialect, 'alice');
    const rtpCapabilities = only('audio', carol.device.recvRtpCapabilities);
    const { resumeToken } = await alice.join({ extensions: ['resumeToken'], rtpCapabilities });
    await carol.produce('video');
    const { id, rtpParameters } = await alice.received('newConsumer');
    expect(rtpParameters).toMatchObject({ codecs: [] });
    alice.connection.drop();
    await carol.produce('video');
    const first = await alice.resume(connect(rooms, alice), resumeToken, { consumers: [id as number] });
    expect(first.resumed?.consumers).toEqual([{ id, paused: false, producerPaused: false }]);
    const { id: second } = await alice.received('newConsumer');
    expect(second).not.toBe(id);
    expect(alice.all('newConsumer')).toHaveLength(1);
    alice.connection.drop();
    const last = await alice.resume(connect(rooms, alice), first.resumeToken, { consumers: [second as number] });
    expect(last.resumed?.consumers).toHaveLength(1);
    const { id: third } = await alice.received('newConsumer');
    expect([id, second]).not.toContain(third);
  });

  it('uses the envelope of the new connection', async () => {
    using call = await meet(dialect);
    const { rooms, alice, bob, token, holds } = call;
    alice.connection.drop();
    alice.envelope = 'bare';
    await alice.resume(connect(rooms, alice), token, holds);
    await bob.produce('video');
    await alice.received('newConsumer');
    expect(alice.connection.allReceived(alice.nameOf('newConsumer'))).toHaveLength(1);
  });

  it('applies the display name that the user changed meanwhile', async () => {
    using call = await meet(dialect);
    const { rooms, carol, alice, token, holds } = call;
    alice.connection.drop();
    await alice.resume(connect(rooms, alice), token, holds, { displayName: 'Alicia' });
    expect(carol.connection.allReceived('peerDisplayNameChanged')).toMatchObject([{ displayName: 'Alicia' }]);
  });

  it('is refused with a wrong or used token; a plain join on the same connection then replaces the peer', async () => {
    using call = await meet(dialect);
    const { rooms, carol, alice, token, holds } = call;
    alice.connection.drop();
    const { resumeToken } = await alice.resume(connect(rooms, alice), token, holds);
    alice.connection.drop();
    const again = rooms.connect(dialect, 'alice');
    for (const wrong of [token, '', 'x'])
      await expect(alice.resume(again.connection, wrong, holds)).rejects.toMatchObject({
        code: 410,
        message: 'nothing to resume',
      });
    expect(await again.join()).toMatchObject({ peers: [{ name: 'carol' }, { name: 'bob' }] });
    expect(await carol.connection.received('peerClosed')).toEqual({ peerId: 'alice', reason: 'replaced' });
    await expect(alice.resume(connect(rooms, alice), resumeToken, holds)).rejects.toMatchObject({ code: 410 });
  });

  it('replaces a connection that still seems open, while a plain join is refused', async () => {
    using call = await meet(dialect);
    const { rooms, alice, token, holds } = call;
    const old = alice.connection;
    await expect(rooms.connect(dialect, 'alice').join()).rejects.toMatchObject({ code: 409 });
    await alice.resume(connect(rooms, alice), token, holds);
    expect(old.arrivals.at(-1)).toEqual({ kind: 'closed', code: 4000, reason: 'replaced' });
    expect(old.arrivals.at(-2)).not.toMatchObject({ method: 'closed' });
  });

  it('is refused after the grace period, when the peer is gone', async () => {
    using call = await meet(dialect, { reconnectGraceMs: 1000 });
    const { rooms, carol, alice, bob, token, holds } = call;
    alice.connection.drop();
    rooms.clock.advance(1000);
    expect(await bob.received('peerClosed')).toMatchObject({ name: 'alice' });
    expect(carol.connection.allReceived('peerClosed')).toEqual([{ peerId: 'alice', reason: 'disconnected' }]);
    await expect(alice.resume(connect(rooms, alice), token, holds)).rejects.toMatchObject({ code: 410 });
    await alice.join();
  });

  it('is not possible without a grace period, for a stranger, after the page closed, or after a DTLS close', async () => {
    using none = openV2Rooms(backend(), { reconnectGraceMs: 0 });
    const alice = none.connect(dialect, 'alice');
    const answer = await alice.join({ extensions: ['resumeToken'] });
    expect(answer).not.toHaveProperty('resumeToken');
    expect(answer.extensions).not.toContain('resumeToken');
    alice.connection.drop();
    expect(none.registry.roomCount).toBe(0);

    using rooms = openV2Rooms(backend());
    (await rooms.join(dialect, 'stranger')).connection.drop();
    const away = await rooms.joinResumable(dialect, 'away');
    away.client.connection.drop(1001);
    expect(rooms.registry.roomCount).toBe(0);
    const mute = await rooms.joinResumable(dialect, 'mute');
    await mute.client.createTransport('recv');
    mute.client.connection.drop();
    expect(rooms.registry.roomCount).toBe(1);
    reportConnections(peerOf(rooms, 'mute'), 'over');
    expect(rooms.registry.roomCount).toBe(0);
    expect(rooms.clock.pending).toBe(0);
    expect(rooms.logs.lines.filter(({ level }) => level >= 40)).toEqual([]);
  });

  it('leaves the name free for a peer of another dialect while disconnected', async () => {
    using call = await meet(dialect);
    const { rooms, carol, alice, token, holds } = call;
    await expect(rooms.connectV3('alice').enter()).rejects.toMatchObject({ code: 409 });
    alice.connection.drop();
    await rooms.connectV3('alice').enter();
    expect(await carol.connection.received('peerClosed')).toEqual({ peerId: 'alice', reason: 'replaced' });
    await expect(alice.resume(connect(rooms, alice), token, holds)).rejects.toMatchObject({ code: 410 });
    expect(peerOf(rooms, 'alice')).toMatchObject({ dialect: 'mediasoup-v3' });
  });
});

describe('resume by mediasoup-v2', () => {
  it('returns the current profile of each enabled consumer', async () => {
    using call = await meet('mediasoup-v2');
    const { rooms, alice, bob, token, holds } = call;
    await bob.produce('video', { encodings: [{ maxBitrate: 100_000 }, { maxBitrate: 500_000 }] });
    const entry = await alice.received('newConsumer', ({ kind }) => kind === 'video');
    const id = entry.id as number;
    await alice.enable(entry);
    alice.connection.drop();
    const consumers = [...holds.consumers, id];
    await alice.resume(connect(rooms, alice), token, { ...holds, consumers });
    expect(await alice.received('consumerEffectiveProfileChanged')).toMatchObject({
      id,
      peerName: 'bob',
      profile: 'none',
    });
    expect(alice.all('consumerEffectiveProfileChanged')).toHaveLength(1);
    expect(alice.connection.arrivals[0]).toMatchObject({ kind: 'answer' });
  });
});

describe('the name of a disconnected peer of mediasoup-v3', () => {
  it.each(v2Names)('is free for a peer of %s, and the token is refused afterwards', async (dialect) => {
    using rooms = openV2Rooms(backend());
    const alice = rooms.connectV3('alice');
    const { resumeToken } = await alice.enter({ canResume: true });
    alice.connection.drop();
    const other = await rooms.join(dialect, 'alice');
    const late = rooms.connectV3('alice');
    await expect(alice.resume(late.connection, resumeToken)).rejects.toMatchObject({ code: 410 });
    // A connected peer stays.
    await expect(late.enter()).rejects.toMatchObject({ code: 409 });
    expect(other.connection.closed).toBe(false);
  });
});

function alphas(dialect: V2Name): object {
  return dialect === 'mediasoup-v2-alpha' ? { rtpSettings: { useRtx: true } } : { paused: false };
}
