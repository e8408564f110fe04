import { describe, expect, it } from 'vitest';
import { offer } from '../testing/offers.ts';
import { openV2Rooms } from '../testing/openV2Rooms.ts';
import { openPushPullRooms } from '../testing/openPushPullRooms.ts';
import { useBackend } from '../testing/useBackend.ts';
import type { V2Name } from '../testing/V2Client.ts';

const backend = useBackend();

const forbidden = (message: string): unknown => expect.objectContaining({ code: 403, message });

describe.each<V2Name>(['mediasoup-v2', 'mediasoup-v2-beta', 'mediasoup-v2-alpha'])('a limit in %s', (dialect) => {
  it.each([
    [{ maxPeersPerRoom: 1 }, 'room', 'roomFull', 'the room is full'],
    [{ maxRooms: 1 }, 'another', 'tooManyRooms', 'too many rooms'],
  ] as const)(
    'refuses a newcomer with the reason, and closes the connection: %j',
    async (limits, roomId, reason, message) => {
      using rooms = openV2Rooms(backend(), { limits });
      await rooms.join(dialect, 'alice');
      const bob = rooms.connect(dialect, 'bob', roomId);
      // In the alpha dialect the first message is join.
      await expect(bob.sendMessage(dialect === 'mediasoup-v2-alpha' ? 'join' : 'queryRoom')).rejects.toEqual(
        expect.objectContaining({ code: 403, message, reason }),
      );
      expect(await bob.connection.whenClosed()).toMatchObject({ code: 4000, reason: `${reason}: ${message}` });
    },
  );

  it('refuses one transport or producer more, and the existing ones stay', async () => {
    using rooms = openV2Rooms(backend(), { limits: { maxTransportsPerPeer: 2, maxProducersPerPeer: 1 } });
    // In this dialect the server creates a transport for consumers before the client requests one.
    const alice = await rooms.join(dialect, 'alice');
    await alice.produce('audio');
    await expect(alice.produce('video')).rejects.toEqual(forbidden('too many producers'));
    await expect(alice.createTransport('send')).rejects.toEqual(forbidden('too many transports'));
    expect(rooms.registry.list()[0]?.peers[0]).toMatchObject({ transports: [{}, {}], producers: [{ kind: 'audio' }] });
  });

  it('delays offers above the number of consumers until another consumer closes', async () => {
    using rooms = openV2Rooms(backend(), { limits: { maxConsumersPerPeer: 1 } });
    const alice = await rooms.join(dialect, 'alice');
    const bob = await rooms.join(dialect, 'bob');
    const id = await alice.produce('audio');
    const first = bob.received('newConsumer');
    await alice.produce('video');
    expect(await first).toMatchObject({ kind: 'audio' });
    expect(bob.all('newConsumer')).toHaveLength(1);
    const second = bob.next('newConsumer');
    await alice.sendMessage('closeProducer', { id });
    expect(await second).toMatchObject({ kind: 'video' });
  });
});

describe('a limit in mediasoup-v3', () => {
  it('delays offers above the number of consumers until another consumer closes, separately for data', async () => {
    using rooms = openV2Rooms(backend(), { limits: { maxConsumersPerPeer: 1 } });
    const [alice, bob] = [await rooms.joinV3('alice'), await rooms.joinV3('bob')];
    const first = await alice.produce('audio');
    await bob.connection.received('newConsumer');
    await alice.produce('video');
    await alice.produceData('one');
    await alice.produceData('two');
    expect(await bob.connection.received('newDataConsumer')).toMatchObject({ label: 'one' });
    expect(bob.connection.allReceived('newConsumer')).toHaveLength(1);
    expect(rooms.logs.messages()).toContain('reached the limit of consumers; further producers wait');

    await alice.sendMessage('closeProducer', { producerId: first.id });
    await bob.connection.received('newConsumer', ({ kind }: { kind: string }) => kind === 'video');
    expect(bob.connection.allReceived('newDataConsumer')).toHaveLength(1);
  });
});

describe('a limit in push-pull', () => {
  it('refuses one room more', async () => {
    using rooms = openPushPullRooms(backend(), { limits: { maxRooms: 1 } });
    await rooms.join('alice');
    const bob = rooms.connect('bob', 'another');
    await expect(bob.join()).rejects.toMatchObject({ code: -1, message: 'user join failed: too many rooms' });
  });

  it('refuses one transport more, except for one transport per user to pull from', async () => {
    using rooms = openPushPullRooms(backend(), { limits: { maxTransportsPerPeer: 1, maxPeersPerRoom: 2 } });
    const alice = await rooms.join('alice');
    for (let n = 0; n < 3; n += 1) await alice.push(offer('firefox-push-audio'));
    const message = 'handle push sdp failed: too many transports';
    await expect(alice.push(offer('firefox-push-audio'))).rejects.toMatchObject({ code: -1, message });
  });

  it('refuses a pull above the number of consumers, and leaves nothing behind', async () => {
    using rooms = openPushPullRooms(backend(), { limits: { maxConsumersPerPeer: 1 } });
    const [alice, bob] = [await rooms.join('alice', { extensions: ['pushers'] }), await rooms.join('bob')];
    const { pushers = [] } = await alice.push(offer('chromium-push-audio-video'));
    const specs = pushers.map(({ pusherId, rtpParam }) => ({ type: rtpParam.av_type, pusherId }));
    const message = 'handle pull sdp failed: too many consumers';
    const pulling = bob.pull('alice', offer('chromium-pull-aligned'), specs);
    await expect(pulling).rejects.toMatchObject({ code: -1, message });
    expect(await backend().dump()).toMatchObject([{ routers: [{ transports: 1, consumers: 0 }] }]);
    await bob.pull('alice', offer('firefox-pull-video-aligned'), specs.slice(-1));
  });
});
