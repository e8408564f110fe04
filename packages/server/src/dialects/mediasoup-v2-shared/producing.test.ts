import { describe, expect, it } from 'vitest';
import { openV2Rooms } from '../../testing/openV2Rooms.ts';
import { useBackend } from '../../testing/useBackend.ts';
import { v2Names } from '../../testing/V2Client.ts';
import type { V2Name } from '../../testing/V2Client.ts';

const backend = useBackend();

/** Opens a call of two joined peers; alice can send. */
async function openCall(dialect: V2Name) {
  const rooms = openV2Rooms(backend());
  const [alice, bob] = [await rooms.join(dialect, 'alice'), await rooms.join(dialect, 'bob')];
  await alice.createTransport('send');
  return { rooms, alice, bob, [Symbol.dispose]: () => rooms.registry.close() };
}

describe.each(v2Names)('a producer of %s', (dialect) => {
  it('is announced to the other peers before its own response', async () => {
    using call = await openCall(dialect);
    const { alice, bob } = call;
    const order: string[] = [];
    await Promise.all([
      bob.received('newConsumer').then(() => order.push('newConsumer')),
      alice.produce('audio', { appData: { source: 'mic' } }).then(() => order.push('answer')),
    ]);
    expect(order).toEqual(['newConsumer', 'answer']);
    const [entry] = bob.all('newConsumer');
    expect(entry).toMatchObject({ kind: 'audio', peerName: 'alice', paused: false, appData: { source: 'mic' } });
    if (dialect === 'mediasoup-v2')
      expect(entry).toMatchObject({ preferredProfile: 'default', effectiveProfile: null });
    else expect(entry).not.toHaveProperty('preferredProfile');
    expect(alice.all('newConsumer')).toEqual([]);
  });

  it('is announced as paused when it starts paused', async () => {
    using call = await openCall(dialect);
    const { alice, bob } = call;
    const producer = await alice.produce('video');
    await alice.sendMessage('pauseProducer', { id: producer });
    const late = call.rooms.connect(dialect, 'late');
    const answer = await late.join();
    expect(JSON.stringify(answer.peers[0])).toContain('"paused":true');
    expect(bob.all('newConsumer')).toMatchObject([{ paused: false }]);
  });

  it('is refused under a number in use in the room, and its number is free after it closed', async () => {
    using call = await openCall(dialect);
    const { alice, bob } = call;
    const id = await alice.produce('audio');
    await bob.createTransport('send');
    const data = {
      id,
      kind: 'audio',
      transportId: bob.send!.id,
      paused: false,
      rtpParameters: {
        muxId: 'a',
        codecs: [{ name: 'opus', mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
        headerExtensions: [],
        encodings: [{ ssrc: 800_001 }],
        rtcp: { cname: 'x' },
      },
    };
    await expect(bob.sendMessage('createProducer', data)).rejects.toMatchObject({
      code: 409,
      message: 'a Producer with same producerId already exists',
    });
    await alice.sendMessage('closeProducer', { id });
    await bob.received('consumerClosed');
    await bob.sendMessage('createProducer', data);
    await alice.received('newConsumer');
  });

  it('is refused with malformed parameters', async () => {
    using call = await openCall(dialect);
    const { alice } = call;
    const transportId = alice.send!.id;
    const rtpParameters = { codecs: [], headerExtensions: [], encodings: [], rtcp: {} };
    const data = { id: 5, kind: 'audio', paused: false, transportId, rtpParameters };
    await expect(alice.sendMessage('createProducer', data)).rejects.toMatchObject({
      code: 400,
      message: expect.stringMatching(/^wrong RTP parameters: /),
    });
    await expect(alice.sendMessage('createProducer', { ...data, transportId: 6 })).rejects.toMatchObject({
      code: 404,
      message: 'Transport not found',
    });
    const recv = await alice.createTransport('recv');
    await expect(alice.sendMessage('createProducer', { ...data, transportId: recv.id })).rejects.toMatchObject({
      code: 403,
    });
    await expect(
      alice.sendMessage('createProducer', { ...data, appData: { a: 'x'.repeat(9000) } }),
    ).rejects.toMatchObject({
      code: 400,
      message: 'appData: Expected at most 8192 bytes',
    });
    // The number is still free.
    await alice.produce('audio');
  });

  it('can be paused, resumed and closed, which its receivers are notified of', async () => {
    using call = await openCall(dialect);
    const { alice, bob } = call;
    const id = await alice.produce('audio');
    const entry = await bob.received('newConsumer');
    const reference = { id: entry.id, peerName: 'alice' };
    // No peer consumes the producer yet.
    await alice.sendMessage('pauseProducer', { id });
    await alice.sendMessage('resumeProducer', { id });
    await bob.enable(entry);
    await alice.sendMessage('pauseProducer', { id });
    expect(await bob.received('consumerPaused')).toMatchObject(reference);
    await alice.sendMessage('pauseProducer', { id });
    await alice.sendMessage('resumeProducer', { id, appData: 'ignored' });
    expect(await bob.received('consumerResumed')).toMatchObject(reference);
    await alice.sendMessage('closeProducer', { id });
    expect(await bob.received('consumerClosed')).toMatchObject(reference);
    expect(bob.all('consumerPaused')).toHaveLength(1);
    expect(bob.all('consumerClosed')).toHaveLength(1);
    // The producer may have closed already.
    await alice.sendMessage('closeProducer', { id }).catch(() => undefined);
    expect(alice.connection.badNotifications).toEqual([]);
  });

  it('can be paused, resumed and closed by the server', async () => {
    using rooms = openV2Rooms(backend());
    const extensions = ['textMessage'] as const;
    const alice = await rooms.join(dialect, 'alice', { extensions });
    const stranger = await rooms.join(dialect, 'stranger');
    const id = await alice.produce('audio');
    const strange = await stranger.produce('audio');
    const peers = rooms.registry.get('room')!.peers;
    for (const name of ['alice', 'stranger']) {
      const [producer] = peers.get(name)!.sending.producers.values();
      await producer!.pause();
      await producer!.resume();
      producer!.close();
    }
    for (const word of ['producerPaused', 'producerResumed', 'producerClosed']) {
      expect(alice.all(word)).toMatchObject([{ id, peerName: 'alice' }]);
      // Genuine clients of the alpha dialect lack this notification.
      expect(stranger.all(word)).toMatchObject(dialect === 'mediasoup-v2-alpha' ? [] : [{ id: strange }]);
    }
  });
});

describe('updateProducer', () => {
  it('replaces a producer under the same number', async () => {
    using call = await openCall('mediasoup-v2');
    const { alice, bob } = call;
    const id = await alice.produce('audio', { appData: { source: 'mic' } });
    const before = await bob.received('newConsumer');
    const [producer] = call.rooms.registry.get('room')!.peers.get('alice')!.sending.producers.values();
    const rtpParameters = {
      muxId: producer!.rtpParameters.mid,
      codecs: [{ name: 'opus', mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
      headerExtensions: [],
      encodings: [{ ssrc: 810_001 }],
      rtcp: { cname: 'x' },
    };
    await alice.sendMessage('updateProducer', { id, rtpParameters });
    const after = await bob.received('newConsumer', (payload) => payload.id !== before.id);
    expect(after).toMatchObject({ kind: 'audio', appData: { source: 'mic' } });
    expect(bob.all('consumerClosed')).toMatchObject([{ id: before.id }]);
    await alice.sendMessage('closeProducer', { id });
    await bob.received('consumerClosed', (payload) => payload.id === after.id);
  });

  it('closes the producer when its parameters are malformed, and notifies the owner', async () => {
    using call = await openCall('mediasoup-v2');
    const { alice, bob } = call;
    const id = await alice.produce('audio');
    await alice.sendMessage('updateProducer', { id, rtpParameters: { codecs: [], encodings: [] } });
    expect(await alice.received('producerClosed')).toMatchObject({ id, peerName: 'alice' });
    await bob.received('consumerClosed');
  });
});
