import { describe, expect, it } from 'vitest';
import { reportConnections } from '../../testing/connectionState.ts';
import { offer } from '../../testing/offers.ts';
import { openPushPullRooms } from '../../testing/openPushPullRooms.ts';
import { keyFrame, PushPullPeer, send, sound } from '../../testing/PushPullPeer.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();

type Rooms = ReturnType<typeof openPushPullRooms>;

const transportsOf = (rooms: Rooms, id: string) => [...rooms.registry.get('room')!.peers.get(id)!.transports.values()];

async function open(rooms: Rooms, userId: string): Promise<PushPullPeer> {
  return new PushPullPeer(await rooms.join(userId, { extensions: ['pushers', 'pusherClosed', 'resumeToken'] }));
}

describe('pushed media', () => {
  it('arrives at a pull, audio and video in one connection, with the offered payload types', async () => {
    using rooms = openPushPullRooms(backend());
    await using alice = await open(rooms, 'alice');
    await using bob = await open(rooms, 'bob');
    const pushed = await alice.push(['audio', 'video']);
    const stop = send(pushed);
    const { received } = await bob.pull('alice', pushed.pushers);
    const [audio, video] = await Promise.all(received);
    stop();
    expect(audio).toMatchObject({ payloadType: 109, payload: sound });
    expect(video).toMatchObject({ payloadType: 120, payload: keyFrame });
  });

  it('arrives at several clients with the payload types of each offer, at the same time', async () => {
    using rooms = openPushPullRooms(backend());
    await using alice = await open(rooms, 'alice');
    const pushed = await alice.push(['audio', 'video']);
    const stop = send(pushed);
    await using pullers = new AsyncDisposableStack();
    for (const [userId, numbers] of [
      ['bob', { opus: 111, VP8: 96 }],
      ['carol', { opus: 96, VP8: 111 }],
      // Some of these are the router's payload types.
      ['dave', { opus: 109, VP8: 100 }],
      ['erin', { opus: 109, VP8: 120 }],
    ] as const) {
      const puller = pullers.use(new PushPullPeer(await rooms.join(userId), numbers));
      const { received } = await puller.pull('alice', pushed.pushers);
      const [audio, video] = await Promise.all(received);
      expect(audio).toMatchObject({ payloadType: numbers.opus, payload: sound });
      expect(video).toMatchObject({ payloadType: numbers.VP8, payload: keyFrame });
    }
    stop();
  });

  it('stops at a paused push and resumes, for a client with other payload types too', async () => {
    using rooms = openPushPullRooms(backend());
    await using alice = await open(rooms, 'alice');
    await using bob = new PushPullPeer(await rooms.join('bob'), { opus: 111, VP8: 96 });
    const pushed = await alice.push(['audio']);
    const pusherIds = pushed.pushers.map(({ pusherId }) => pusherId);
    await alice.client.sendRequest('pausePush', { pusherIds });
    const stop = send(pushed);
    const { received } = await bob.pull('alice', pushed.pushers);
    const order: string[] = [];
    const first = received[0]!.then(() => order.push('a packet'));
    const resumed = alice.client.sendRequest('resumePush', { pusherIds });
    order.push('resume requested');
    await resumed;
    await first;
    stop();
    expect(order).toEqual(['resume requested', 'a packet']);
  });

  it('stops at a paused push or pull, and resumes', async () => {
    using rooms = openPushPullRooms(backend());
    await using alice = await open(rooms, 'alice');
    await using bob = await open(rooms, 'bob');
    const pushed = await alice.push(['audio']);
    const pusherIds = pushed.pushers.map(({ pusherId }) => pusherId);
    await alice.client.sendRequest('pausePush', { pusherIds });
    const stop = send(pushed);
    const { received } = await bob.pull('alice', pushed.pushers);
    await bob.client.sendRequest('pausePull', { pusherIds });
    await alice.client.sendRequest('resumePush', { pusherIds });
    const first = Promise.race(received.map((packet) => packet.then(() => 'a packet')));
    const peer = rooms.registry.get('room')!.peers.get('bob')!;
    const [consumer] = [...peer.receiving.consumers.values()];
    expect(consumer).toMatchObject({ paused: true });
    await bob.client.sendRequest('resumePull', { pusherIds });
    expect(consumer).toMatchObject({ paused: false });
    expect(await first).toBe('a packet');
    stop();
  });
});

describe('a media connection whose client is gone', () => {
  /** Opens a room in which Bob pulls Alice's audio, from the server's view. */
  async function meet(rooms: Rooms) {
    const alice = await rooms.join('alice', { extensions: ['pushers', 'pusherClosed'] });
    const bob = await rooms.join('bob', { extensions: ['pusherClosed'] });
    const { pushers = [] } = await alice.push(offer('chromium-push-audio'));
    const pusherIds = pushers.map(({ pusherId }) => pusherId);
    const [pusherId = ''] = pusherIds;
    await bob.pull('alice', offer('firefox-pull-aligned'), [{ type: 'audio', pusherId }]);
    return { alice, bob, pusherIds };
  }

  const peerOf = (rooms: Rooms, id: string) => rooms.registry.get('room')?.peers.get(id);

  it('ends at once after DTLS closes; its pushes end and their owner is notified', async () => {
    using rooms = openPushPullRooms(backend());
    const { alice, bob, pusherIds } = await meet(rooms);
    for (const id of ['alice', 'bob']) reportConnections(peerOf(rooms, id), 'connected');
    reportConnections(peerOf(rooms, 'alice'), 'over');
    expect(await bob.connection.received('pusherClosed')).toEqual({
      roomId: 'room',
      userId: 'alice',
      pusherIds,
      by: 'remote',
    });
    expect(await alice.connection.received('pusherClosed')).toEqual({
      roomId: 'room',
      userId: 'alice',
      pusherIds,
      by: 'server',
      reason: 'connectionLost',
    });
    expect(transportsOf(rooms, 'alice')).toEqual([]);
    // Nothing uses that connection anymore.
    expect(transportsOf(rooms, 'bob')).toEqual([]);
  });

  it('is kept for 10 s after ICE disconnects', async () => {
    using rooms = openPushPullRooms(backend());
    const { alice, bob } = await meet(rooms);
    for (const id of ['alice', 'bob']) reportConnections(peerOf(rooms, id), 'connected');
    reportConnections(peerOf(rooms, 'alice'), 'lost');
    rooms.clock.advance(9999);
    reportConnections(peerOf(rooms, 'alice'), 'found');
    rooms.clock.advance(10_000);
    reportConnections(peerOf(rooms, 'alice'), 'lost');
    rooms.clock.advance(9999);
    expect(transportsOf(rooms, 'alice')).toHaveLength(1);
    rooms.clock.advance(1);
    expect(await bob.connection.received('pusherClosed')).toMatchObject({ userId: 'alice' });
    expect(transportsOf(rooms, 'alice')).toEqual([]);
    await alice.push(offer('chromium-push-audio'));
  });

  it('is kept for 35 s before it first connects, for pushes and pulls', async () => {
    using rooms = openPushPullRooms(backend());
    const { alice, bob } = await meet(rooms);
    rooms.clock.advance(34_999);
    expect([...transportsOf(rooms, 'alice'), ...transportsOf(rooms, 'bob')]).toHaveLength(2);
    rooms.clock.advance(1);
    expect([...transportsOf(rooms, 'alice'), ...transportsOf(rooms, 'bob')]).toEqual([]);
    expect(await bob.connection.received('pusherClosed')).toMatchObject({ userId: 'alice' });
    for (const client of [alice, bob]) await client.sendRequest('heartbeat', {});
  });

  it('is kept no longer than a push or pull uses it', async () => {
    using rooms = openPushPullRooms(backend());
    const { alice, bob, pusherIds } = await meet(rooms);
    reportConnections(peerOf(rooms, 'bob'), 'connected');
    for (const id of ['alice', 'bob']) reportConnections(peerOf(rooms, id), 'lost');
    expect(rooms.clock.pending).toBe(4);
    await bob.sendRequest('closeConsumer', { pusherIds });
    expect(transportsOf(rooms, 'bob')).toEqual([]);
    await alice.sendRequest('unpush', { pusherIds });
    expect(rooms.clock.pending).toBe(2);
  });
});
