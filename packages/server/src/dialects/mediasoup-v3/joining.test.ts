import { describe, expect, it } from 'vitest';
import { openRooms } from '../../testing/openRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();

const ask = { device: { flag: 'f', name: 'n', version: 'v' } };

describe('a connection', () => {
  it.each([
    ['classic', 'mediasoup-version'],
    ['notify', 'mediasoupVersion'],
  ] as const)('receives the version first, %s', (variant, method) => {
    using rooms = openRooms(backend(), { variant });
    const { connection } = rooms.connect('alice');
    const data = { version: backend().version };
    expect(connection.arrivals).toEqual([{ kind: 'notification', method, data }]);
    expect(data.version).toMatch(/^3\./);
  });

  it('is invisible to other peers until it joins', async () => {
    using rooms = openRooms(backend());
    const alice = await rooms.join('alice');
    const bob = rooms.connect('bob');
    await bob.loadDevice();
    await bob.createTransport('recv');
    expect(alice.connection.allReceived('newPeer')).toEqual([]);
    bob.connection.drop();
    expect(alice.connection.allReceived('peerClosed')).toEqual([]);
  });

  it.each([
    'produce',
    'closeProducer',
    'pauseConsumer',
    'setConsumerPreferredLayers',
    'produceData',
    'changeDisplayName',
    'textMessage',
    'closeConsumer',
  ])('may not %s before it joins', async (method) => {
    using rooms = openRooms(backend());
    const { connection } = rooms.connect('alice');
    const transportId = 't';
    const data = {
      transportId,
      producerId: 'p',
      consumerId: 'c',
      kind: 'audio',
      rtpParameters: { codecs: [] },
      sctpStreamParameters: { streamId: 0 },
      spatialLayer: 0,
      displayName: 'x',
      text: 'x',
    };
    await expect(connection.sendRequest(method, data)).rejects.toMatchObject({
      code: 500,
      message: 'Peer not yet joined',
    });
  });

  it('is closed when it does not join in time', async () => {
    using rooms = openRooms(backend(), { joinTimeoutMs: 5000 });
    const alice = rooms.connect('alice');
    await alice.loadDevice();
    rooms.clock.advance(4999);
    expect(alice.connection.closed).toBe(false);
    rooms.clock.advance(1);
    expect(await alice.connection.whenClosed()).toMatchObject({ code: 4000, reason: 'joinTimeout' });
    expect(alice.connection.allReceived('roomClosed')).toEqual([{ reason: 'joinTimeout' }]);
    expect(rooms.registry.roomCount).toBe(0);
  });

  it('is not closed when it joins in time', async () => {
    using rooms = openRooms(backend());
    const alice = await rooms.join('alice');
    rooms.clock.advance(60_000);
    expect(alice.connection.closed).toBe(false);
    expect(rooms.clock.pending).toBe(0);
  });

  it('leaves nothing behind when it closes while its room is created', async () => {
    using rooms = openRooms(backend());
    const { connection } = rooms.connect('alice');
    const asked = connection.sendRequest('getRouterRtpCapabilities');
    connection.drop();
    await expect(asked).rejects.toThrow(/\S/);
    expect(rooms.registry.roomCount).toBe(0);
    expect(rooms.clock.pending).toBe(0);
  });

  it('is closed without a valid peer ID', async () => {
    using rooms = openRooms(backend());
    const { connection } = rooms.connect('   ');
    expect(await connection.whenClosed()).toMatchObject({ code: 4000, reason: expect.stringContaining('peerId') });
  });
});

describe('join', () => {
  it('gets its response before other notifications about present peers', async () => {
    using rooms = openRooms(backend());
    const alice = await rooms.join('alice');
    await alice.produce('audio');
    await alice.produceData();
    const bob = rooms.connect('bob');
    await bob.loadDevice();
    await bob.createTransport('recv');
    const carol = rooms.connect('carol');
    await carol.loadDevice();
    const before = bob.connection.arrivals.length;
    // Both join at once. Each must be notified of the other, and of Alice's producers, after its own response.
    await Promise.all([bob.join(), carol.join()]);
    await bob.connection.received('newConsumer');
    await bob.connection.received('newDataConsumer');
    await bob.connection.received('newPeer');
    expect(bob.connection.arrivals[before]).toMatchObject({ kind: 'answer', method: 'join' });
  });

  it('is refused the second time, and the first join stays', async () => {
    using rooms = openRooms(backend());
    const alice = await rooms.join('alice');
    await expect(alice.join()).rejects.toMatchObject({ code: 500, message: 'Peer already joined' });
    await alice.produce('audio');
  });

  it('may be repeated after a refusal', async () => {
    using rooms = openRooms(backend());
    const { connection } = rooms.connect('alice');
    await expect(connection.sendRequest('join', { ...ask, appData: { a: 'x'.repeat(9000) } })).rejects.toMatchObject({
      code: 400,
      message: 'appData: Expected at most 8192 bytes',
    });
    const rtpCapabilities = {
      codecs: [{ kind: 'audio', mimeType: 'nonsense', preferredPayloadType: 1, clockRate: 1 }],
    };
    await expect(connection.sendRequest('join', { ...ask, rtpCapabilities })).rejects.toMatchObject({
      code: 400,
      message: expect.stringMatching(/^rtpCapabilities: /),
    });
    await expect(connection.sendRequest('join', ask)).resolves.toMatchObject({ peers: [] });
  });

  it('returns the peers of other dialects with their dialect', async () => {
    using rooms = openRooms(backend());
    const other = await rooms.registry.enter('room', { id: 'viola', dialect: 'mediasoup-v2' });
    other.join({ displayName: 'Viola', appData: 'any JSON' });
    const alice = rooms.connect('alice');
    const { peers } = await alice.join({ consume: false });
    const device = { flag: 'unknown', name: 'mediasoup-v2', version: '' };
    expect(peers).toEqual([
      { id: 'viola', displayName: 'Viola', device, appData: { value: 'any JSON' }, dialect: 'mediasoup-v2' },
    ]);
  });
});

describe('two peers with one ID', () => {
  it('replace each other: the old one is closed, and the others receive peerClosed, then newPeer', async () => {
    using rooms = openRooms(backend());
    const alice = await rooms.join('alice');
    const old = await rooms.join('bob');
    await old.produce('audio');
    await alice.connection.received('newConsumer');
    const before = alice.connection.arrivals.length;
    const young = rooms.connect('bob');
    await young.loadDevice();
    expect(old.connection.closed).toBe(false);
    expect((await young.join({ displayName: 'BOB' })).peers.map(({ id }) => id)).toEqual(['alice']);
    expect(old.connection.allReceived('roomClosed')).toEqual([{ reason: 'replaced' }]);
    expect(await old.connection.whenClosed()).toMatchObject({ code: 4000 });
    const methods = alice.connection.arrivals.slice(before).map((arrival) => 'method' in arrival && arrival.method);
    expect(methods).toEqual(['consumerScore', 'consumerClosed', 'peerClosed', 'newPeer'].slice(-3));
    expect(alice.connection.allReceived('peerClosed')).toEqual([{ peerId: 'bob', reason: 'replaced' }]);
  });

  it('exclude each other when they use different dialects: the newcomer is refused', async () => {
    using rooms = openRooms(backend());
    const other = await rooms.registry.enter('room', { id: 'bob', dialect: 'mediasoup-v2' });
    other.join({});
    const { connection } = rooms.connect('bob');
    await expect(connection.sendRequest('join', ask)).rejects.toMatchObject({ code: 409, message: 'duplicated Peer' });
    expect(other.state).toBe('joined');
  });
});

describe('a limit', () => {
  it.each([
    [{ maxPeersPerRoom: 1 }, 'room', 'roomFull', 'the room is full'],
    [{ maxRooms: 1 }, 'another', 'tooManyRooms', 'too many rooms'],
  ] as const)(
    'refuses a newcomer with the reason, and closes the connection: %j',
    async (limits, roomId, reason, message) => {
      using rooms = openRooms(backend(), { limits });
      await rooms.join('alice');
      const { connection } = rooms.connect('bob', roomId);
      await expect(connection.sendRequest('getRouterRtpCapabilities')).rejects.toMatchObject({
        code: 403,
        message,
        reason,
      });
      expect(await connection.whenClosed()).toMatchObject({ code: 4000, reason: `${reason}: ${message}` });
      expect(connection.allReceived('roomClosed')).toEqual([{ reason, detail: message }]);
    },
  );

  it('refuses one transport or producer more, and the existing ones stay', async () => {
    using rooms = openRooms(backend(), { limits: { maxTransportsPerPeer: 2, maxProducersPerPeer: 1 } });
    const alice = await rooms.join('alice');
    await expect(alice.createTransport('send')).rejects.toMatchObject({ code: 403, message: 'too many transports' });
    await alice.produce('audio');
    await expect(alice.produce('video')).rejects.toMatchObject({ code: 403, message: 'too many producers' });
    await alice.produceData();
  });
});
