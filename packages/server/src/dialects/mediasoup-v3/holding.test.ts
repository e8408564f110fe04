import { describe, expect, it } from 'vitest';
import { createMediasoupBackend } from '../../engine/mediasoup/index.ts';
import { capturedLogs } from '../../testing/capturedLogs.ts';
import { reportConnections } from '../../testing/connectionState.ts';
import { openRooms } from '../../testing/openRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();

type Rooms = ReturnType<typeof openRooms>;

const peerOf = (rooms: Rooms, id: string) => rooms.registry.get('room')?.peers.get(id);

describe('the resume token', () => {
  it('is given to clients that announce resuming only', async () => {
    using rooms = openRooms(backend());
    const { token } = await rooms.joinResumable('alice');
    expect(token).toMatch(/^[\w-]{22}$/);
    expect(await rooms.connect('bob').enter()).not.toHaveProperty('resumeToken');
    expect((await rooms.joinResumable('carol')).token).not.toBe(token);
  });

  it.each([{ reconnectGraceMs: 0 }, { demoFaithful: true }])('is not given with %j', async (options) => {
    using rooms = openRooms(backend(), options);
    const alice = rooms.connect('alice');
    const answer = await alice.enter({ canResume: true });
    expect(answer).not.toHaveProperty('resumeToken');
    expect(answer.extensions ?? []).not.toContain('resumeToken');
    alice.connection.drop();
    expect(rooms.registry.roomCount).toBe(0);
  });
});

describe('a peer whose connection drops', () => {
  it('stays: the others see it reconnecting with its media, and the server sends it nothing', async () => {
    using rooms = openRooms(backend());
    const { client: alice } = await rooms.joinResumable('alice');
    const bob = await rooms.join('bob');
    await alice.produce('audio');
    await bob.connection.received('newConsumer');
    alice.connection.drop();
    const before = alice.connection.arrivals.length;
    expect(bob.connection.allReceived('peerReconnecting')).toEqual([{ peerId: 'alice' }]);
    await bob.produce('audio');
    await bob.connection.sendRequest('changeDisplayName', { displayName: 'Robert' });
    await bob.connection.sendRequest('textMessage', { text: 'still there?' });
    expect(bob.connection.allReceived('consumerClosed')).toEqual([]);
    expect(peerOf(rooms, 'alice')).toMatchObject({ state: 'joined', reconnecting: true });
    expect(peerOf(rooms, 'alice')!.receiving.consumers.size).toBe(0);
    expect(alice.connection.arrivals).toHaveLength(before);
    expect(rooms.logs.lines.filter(({ level }) => level >= 40)).toEqual([]);
  });

  it('is announced to newcomers as reconnecting', async () => {
    using rooms = openRooms(backend());
    const { client: alice } = await rooms.joinResumable('alice');
    alice.connection.drop();
    const bob = await rooms.join('bob');
    expect(await bob.connection.received('peerReconnecting')).toEqual({ peerId: 'alice' });
    const last = bob.connection.arrivals.map((arrival) => ('method' in arrival ? arrival.method : '')).slice(-2);
    expect(last).toEqual(['join', 'peerReconnecting']);
  });

  it('is closed after the grace period, and keeps its room open until then', async () => {
    using rooms = openRooms(backend(), { reconnectGraceMs: 5000 });
    const { client: alice } = await rooms.joinResumable('alice');
    const bob = await rooms.join('bob');
    await alice.produce('video');
    await bob.connection.received('newConsumer');
    alice.connection.drop();
    rooms.clock.advance(4999);
    expect(bob.connection.allReceived('peerClosed')).toEqual([]);
    bob.connection.drop();
    expect(rooms.registry.roomCount).toBe(1);
    rooms.clock.advance(1);
    expect(rooms.registry.roomCount).toBe(0);
    expect(rooms.clock.pending).toBe(0);
    expect((await backend().dump())[0]?.routers).toEqual([]);
  });

  it('is announced as closed after the grace period', async () => {
    using rooms = openRooms(backend());
    const { client: alice } = await rooms.joinResumable('alice');
    const bob = await rooms.join('bob');
    alice.connection.drop();
    rooms.clock.advance(30_000);
    expect(await bob.connection.received('peerClosed')).toEqual({ peerId: 'alice', reason: 'disconnected' });
  });

  it('is closed at once when its page closed, when it had left, or when it never announced resuming', async () => {
    using rooms = openRooms(backend());
    const bob = await rooms.join('bob');
    const away = await rooms.joinResumable('away');
    away.client.connection.drop(1001);
    const left = await rooms.joinResumable('left');
    await left.client.sendMessage('leaveRoom', undefined);
    left.client.connection.drop();
    (await rooms.join('stranger')).connection.drop();
    expect(bob.connection.allReceived('peerReconnecting')).toEqual([]);
    expect(bob.connection.allReceived('peerClosed')).toEqual([
      { peerId: 'away', reason: 'disconnected' },
      { peerId: 'left', reason: 'left' },
      { peerId: 'stranger', reason: 'disconnected' },
    ]);
  });

  it('is closed at once when it had not joined, or had not received its join response', async () => {
    using rooms = openRooms(backend());
    const bob = await rooms.join('bob');
    const early = rooms.connect('early');
    await early.loadDevice();
    early.connection.drop();
    const joining = rooms.connect('joining');
    await joining.loadDevice();
    const joined = joining.join({ canResume: true });
    joining.connection.drop();
    await expect(joined).rejects.toThrow();
    expect(peerOf(rooms, 'joining')).toBeUndefined();
    expect(bob.connection.allReceived('peerReconnecting')).toEqual([]);
  });

  it.each(['before it drops', 'while it is disconnected'])(
    'is closed when its media ends with a DTLS close %s',
    async (when) => {
      using rooms = openRooms(backend());
      const { client: alice } = await rooms.joinResumable('alice');
      const bob = await rooms.join('bob');
      reportConnections(peerOf(rooms, 'alice'), 'connected');
      if (when === 'while it is disconnected') alice.connection.drop();
      reportConnections(peerOf(rooms, 'alice'), 'over');
      alice.connection.drop();
      expect(await bob.connection.received('peerClosed')).toEqual({ peerId: 'alice', reason: 'disconnected' });
      expect(rooms.clock.pending).toBe(0);
    },
  );

  it('is kept while another transport works, or only ICE is lost', async () => {
    using rooms = openRooms(backend());
    const { client: alice } = await rooms.joinResumable('alice');
    reportConnections(peerOf(rooms, 'alice'), 'over');
    await alice.createTransport('send');
    reportConnections(peerOf(rooms, 'alice'), 'connected');
    alice.connection.drop();
    reportConnections(peerOf(rooms, 'alice'), 'lost');
    expect(peerOf(rooms, 'alice')).toMatchObject({ reconnecting: true });
  });

  it('can be kicked, and is closed with its room and with the server', async () => {
    const endings: ((rooms: Rooms) => void)[] = [
      ({ registry }) => registry.kick('room', 'alice'),
      ({ registry }) => registry.closeRoom('room'),
      ({ registry }) => {
        registry.close();
      },
    ];
    for (const end of endings) {
      using rooms = openRooms(backend());
      const { client: alice } = await rooms.joinResumable('alice');
      alice.connection.drop();
      const { length } = alice.connection.arrivals;
      end(rooms);
      expect(rooms.registry.roomCount).toBe(0);
      expect(rooms.clock.pending).toBe(0);
      expect(alice.connection.arrivals).toHaveLength(length);
    }
  });

  it('is closed with its media worker, and its token is then unknown', async () => {
    const mortal = await createMediasoupBackend({ logger: capturedLogs().logger, workers: 1 });
    using rooms = openRooms(mortal);
    const { client: alice, token } = await rooms.joinResumable('alice');
    const bob = await rooms.join('bob');
    alice.connection.drop();
    const replaced = new Promise((resolve) => {
      mortal.once('workerReplaced', resolve);
    });
    process.kill(mortal.workers[0]!.pid, 'SIGKILL');
    expect(await bob.connection.whenClosed()).toMatchObject({ reason: 'workerDied' });
    await replaced;
    const again = rooms.connect('alice');
    await expect(alice.resume(again.connection, token)).rejects.toMatchObject({ code: 410 });
    expect(await again.enter({ canResume: true })).toMatchObject({ peers: [] });
    await mortal.close();
  });

  it('is replaced by a peer that joins with its ID', async () => {
    using rooms = openRooms(backend());
    const { client: alice, token } = await rooms.joinResumable('alice');
    const bob = await rooms.join('bob');
    await alice.produce('audio');
    await bob.connection.received('newConsumer');
    alice.connection.drop();
    const again = await rooms.join('alice');
    expect(bob.connection.allReceived('peerClosed')).toEqual([{ peerId: 'alice', reason: 'replaced' }]);
    expect(await bob.connection.received('newPeer', ({ id }: { id: string }) => id === 'alice')).toMatchObject({
      id: 'alice',
    });
    expect(rooms.clock.pending).toBe(0);
    const late = rooms.connect('alice');
    await expect(alice.resume(late.connection, token)).rejects.toMatchObject({ code: 410 });
    expect(again.connection.closed).toBe(false);
  });
});
