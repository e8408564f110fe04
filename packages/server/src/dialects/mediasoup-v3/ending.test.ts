import { describe, expect, it } from 'vitest';
import { createMediasoupBackend } from '../../engine/mediasoup/index.ts';
import { capturedLogs } from '../../testing/capturedLogs.ts';
import { openRooms } from '../../testing/openRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();

describe('a peer that leaves', () => {
  it.each(['leaveRoom', 'leaveCall'])('gets a response to %s before the connection closes', async (method) => {
    using rooms = openRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    bob.connection.beforeSent = () => {
      expect(bob.connection.closed).toBe(false);
      return Promise.resolve();
    };
    await bob.connection.sendRequest(method);
    expect(await bob.connection.whenClosed()).toMatchObject({ code: 4000, reason: 'left' });
    expect(bob.connection.arrivals.slice(-2).map(({ kind }) => kind)).toEqual(['answer', 'closed']);
    expect(alice.connection.allReceived('peerClosed')).toEqual([{ peerId: 'bob', reason: 'left' }]);
    expect(alice.connection.allReceived('peerLeft')).toEqual([]);
  });

  it('is reported also as peerLeft after a request when the settings enable that name', async () => {
    using rooms = openRooms(backend(), { seedNames: true });
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    await bob.connection.sendRequest('leaveCall');
    const names = alice.connection.arrivals.flatMap((arrival) => ('method' in arrival ? arrival.method : []));
    expect(names.slice(-2)).toEqual(['peerLeft', 'peerClosed']);
    expect(alice.connection.allReceived('peerLeft')).toEqual([{ peerId: 'bob' }]);
    const carol = await rooms.join('carol');
    carol.connection.drop();
    expect(alice.connection.allReceived('peerLeft')).toHaveLength(1);
  });

  it('may leave before it joins', async () => {
    using rooms = openRooms(backend());
    const { connection } = rooms.connect('alice');
    await connection.sendRequest('leaveRoom');
    await connection.whenClosed();
    expect(rooms.registry.roomCount).toBe(0);
  });

  it('is reported with all its producers when it closes the connection', async () => {
    using rooms = openRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    await bob.produce('audio');
    const { id: consumerId } = await alice.connection.received<{ id: string }>('newConsumer');
    bob.connection.drop();
    expect(alice.connection.allReceived('consumerClosed')).toEqual([{ consumerId, reason: 'peerClosed' }]);
    expect(alice.connection.allReceived('peerClosed')).toEqual([{ peerId: 'bob', reason: 'disconnected' }]);
  });

  it('closes the room when it is the last, and leaves nothing on the worker', async () => {
    using rooms = openRooms(backend());
    const alice = await rooms.join('alice');
    await alice.produce('audio');
    alice.connection.drop();
    expect(rooms.registry.roomCount).toBe(0);
    expect((await backend().dump())[0]?.routers).toEqual([]);
    expect(rooms.clock.pending).toBe(0);
  });

  it('has its pending requests refused, without harm', async () => {
    using rooms = openRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    const asked = [bob.produce('audio'), bob.createTransport('send'), bob.connection.sendRequest('leaveRoom')];
    bob.connection.drop();
    await Promise.allSettled(asked);
    expect(alice.connection.allReceived('peerClosed')).toHaveLength(1);
    expect(rooms.logs.lines.filter(({ level }) => level >= 40)).toEqual([]);
  });
});

describe('the server', () => {
  it('kicks a peer: the peer receives the reason and does not reconnect, and the others are notified', async () => {
    using rooms = openRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    rooms.registry.kick('room', 'bob', { appData: { why: 'spam' } });
    expect(bob.connection.arrivals.slice(-2)).toEqual([
      { kind: 'notification', method: 'roomClosed', data: { reason: 'kicked', appData: { why: 'spam' } } },
      { kind: 'closed', code: 4000, reason: 'kicked' },
    ]);
    expect(alice.connection.allReceived('peerClosed')).toEqual([
      { peerId: 'bob', reason: 'kicked', appData: { why: 'spam' } },
    ]);
  });

  const circular: Record<string, unknown> = {};
  circular.self = circular;
  it.each<[what: string, options: { reason?: string; appData?: unknown }, message: RegExp]>([
    ['a BigInt', { appData: { n: 1n } }, /^appData must be JSON: .*BigInt/],
    ['a circular object', { appData: circular }, /^appData must be JSON: .*circular/],
    ['a function', { appData: () => 1 }, /^appData must be JSON, not function$/],
    ['a reason that is a number', { reason: 7 as never }, /^reason must be text, not number$/],
  ])('throws for %s, and removes no peer', async (_what, options, message) => {
    using rooms = openRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    expect(() => rooms.registry.kick('room', 'bob', options)).toThrow(message);
    expect(() => rooms.registry.closeRoom('room', options)).toThrow(TypeError);
    expect([alice.connection.closed, bob.connection.closed]).toEqual([false, false]);
    expect(rooms.registry.kick('room', 'bob')).toBe(true);
    expect(alice.connection.allReceived('peerClosed')).toEqual([{ peerId: 'bob', reason: 'kicked' }]);
  });

  it('closes the connection of a peer even when an earlier message cannot be written', async () => {
    using rooms = openRooms(backend());
    const alice = await rooms.join('alice');
    const appData = {
      toJSON() {
        throw new Error('no JSON');
      },
    };
    rooms.registry.get('room')!.peers.get('alice')!.close({ reason: 'kicked', appData });
    expect(await alice.connection.whenClosed()).toMatchObject({ code: 4000, reason: 'kicked' });
  });

  it('kicks a peer during its join', async () => {
    using rooms = openRooms(backend());
    await rooms.join('alice');
    const bob = rooms.connect('bob');
    await bob.connection.sendRequest('join', { device: {} });
    rooms.registry.kick('room', 'bob');
    expect(bob.connection.arrivals.slice(-2)).toMatchObject([{ method: 'roomClosed' }, { kind: 'closed' }]);
  });

  it('closes a room: each peer receives the reason, and nothing else', async () => {
    using rooms = openRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    const waiting = rooms.connect('carol');
    await waiting.loadDevice();
    await alice.produce('audio');
    await bob.connection.received('consumerScore');
    const before = [alice, bob, waiting].map(({ connection }) => connection.arrivals.length);
    rooms.registry.closeRoom('room', { reason: 'over', appData: { until: 'tomorrow' } });
    for (const [index, { connection }] of [alice, bob, waiting].entries()) {
      expect(connection.arrivals.slice(before[index])).toEqual([
        {
          kind: 'notification',
          method: 'roomClosed',
          data: { reason: 'roomClosed', detail: 'over', appData: { until: 'tomorrow' } },
        },
        { kind: 'closed', code: 4000, reason: 'roomClosed: over' },
      ]);
    }
  });

  it('closes a peer with an untyped text, which the client reads as a kick', async () => {
    using rooms = openRooms(backend());
    const alice = await rooms.join('alice');
    rooms.registry
      .get('room')!
      .peers.get('alice')!
      .close({ reason: 'no shoes' as 'kicked' });
    expect(await alice.connection.whenClosed()).toMatchObject({ code: 4000, reason: 'kicked: no shoes' });
    expect(alice.connection.allReceived('roomClosed')).toEqual([{ reason: 'kicked', detail: 'no shoes' }]);
  });

  it('closes, pauses and resumes a producer, and notifies its owner', async () => {
    using rooms = openRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    const { id: producerId } = await alice.produce('audio');
    const { id: consumerId } = await bob.connection.received<{ id: string }>('newConsumer');
    const producer = rooms.registry.get('room')!.peers.get('alice')!.sending.producers.get(producerId)!;
    await producer.pause();
    await producer.resume();
    producer.close('server', 'moderated');
    expect(alice.connection.allReceived('producerPaused')).toEqual([{ producerId, by: 'server' }]);
    expect(alice.connection.allReceived('producerResumed')).toEqual([{ producerId, by: 'server' }]);
    expect(alice.connection.allReceived('producerClosed')).toEqual([{ producerId, by: 'server', reason: 'moderated' }]);
    expect(bob.connection.allReceived('consumerPaused')).toEqual([{ consumerId }]);
    expect(bob.connection.allReceived('consumerResumed')).toEqual([{ consumerId }]);
    expect(bob.connection.allReceived('consumerClosed')).toEqual([{ consumerId, reason: 'producerClosed' }]);
  });

  it('closes a transport, and notifies its owner', async () => {
    using rooms = openRooms(backend());
    const alice = await rooms.join('alice');
    const transportId = alice.sendTransport!.id;
    rooms.registry.get('room')!.peers.get('alice')!.transports.get(transportId)!.close('server', 'because');
    expect(await alice.connection.received('transportClosed')).toEqual({ transportId, reason: 'because' });
    await expect(alice.connection.sendRequest('restartIce', { transportId })).rejects.toMatchObject({ code: 404 });
  });

  it('stops: all clients receive a code that lets them reconnect later', async () => {
    using rooms = openRooms(backend());
    const alice = await rooms.join('alice');
    rooms.registry.close();
    expect(alice.connection.allReceived('roomClosed')).toEqual([]);
    expect(await alice.connection.whenClosed()).toMatchObject({ code: 1012, reason: 'shuttingDown' });
    const bob = rooms.connect('bob');
    expect(await bob.connection.whenClosed()).toMatchObject({
      code: 1012,
      reason: 'shuttingDown: the server is stopping',
    });
  });
});

describe('a media worker that exits unexpectedly', () => {
  it('closes its rooms with a reason that lets clients reconnect, to another worker', async () => {
    const mortal = await createMediasoupBackend({ logger: capturedLogs().logger, workers: 1 });
    using rooms = openRooms(mortal);
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    const replaced = new Promise((resolve) => {
      mortal.once('workerReplaced', resolve);
    });
    process.kill(mortal.workers[0]!.pid, 'SIGKILL');
    for (const { connection } of [alice, bob]) {
      expect(await connection.whenClosed()).toMatchObject({ code: 1012, reason: 'workerDied' });
      expect(connection.allReceived('roomClosed')).toEqual([]);
      expect(connection.allReceived('peerClosed')).toEqual([]);
    }
    // The server can admit no client meanwhile, but the client may try again.
    const early = rooms.connect('alice');
    await expect(early.connection.sendRequest('getRouterRtpCapabilities')).rejects.toMatchObject({
      code: 503,
      reason: 'unavailable',
    });
    // A client of protoo reconnects at once, so the server delays the close.
    rooms.clock.advance(999);
    expect(early.connection.closed).toBe(false);
    rooms.clock.advance(1);
    expect(await early.connection.whenClosed()).toMatchObject({
      code: 1012,
      reason: 'unavailable: no media worker is available',
    });
    const line = rooms.logs.lines.find(({ msg }) => msg === 'failed to admit the client');
    expect(line).toMatchObject({ level: 40, code: 'noWorker' });
    expect(line).not.toHaveProperty('err');
    await replaced;
    expect((await rooms.join('alice')).connection.closed).toBe(false);
    await mortal.close();
  });
});
