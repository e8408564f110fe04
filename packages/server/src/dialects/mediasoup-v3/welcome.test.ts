import { afterEach, describe, expect, it } from 'vitest';
import type { MediaBackend } from '../../engine/MediaBackend.ts';
import { createMediasoupBackend } from '../../engine/mediasoup/index.ts';
import { capturedLogs } from '../../testing/capturedLogs.ts';
import type { MemoryConnection } from '../../testing/MemoryConnection.ts';
import { openRooms } from '../../testing/openRooms.ts';
import type { OpenRoomsOptions } from '../../testing/openRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';

type OpenedRooms = ReturnType<typeof openRooms>;

const backend = useBackend();
const device = { flag: 'f', name: 'n', version: 'v' };
const sctpCapabilities = { numStreams: { OS: 1024, MIS: 1024 } };

/** Returns the request for a transport of one direction. */
const request = (producing: boolean, more: object = {}) => ({
  producing,
  consuming: !producing,
  forceTcp: false,
  sctpCapabilities,
  ...more,
});

interface Welcome {
  readonly routerRtpCapabilities: object;
  readonly sendTransport: { readonly id: string; readonly iceCandidates: readonly { readonly protocol: string }[] };
  readonly recvTransport: { readonly id: string };
}

/** Joins, and returns the number of the peer's transports. */
async function transportsOf({ registry }: OpenedRooms, connection: MemoryConnection, peerId = 'alice') {
  await connection.sendRequest('join', { displayName: peerId, device });
  return registry.get('room')?.peers.get(peerId)?.transports.size;
}

/** Opens rooms, and a connection of Alice's with this parameter. */
function connect(welcome: string, options: OpenRoomsOptions = {}) {
  const rooms = openRooms(backend(), options);
  const { connection } = rooms.connect('alice', 'room', undefined, { welcome });
  return {
    rooms,
    connection,
    ask: (producing: boolean, more?: object) =>
      connection.sendRequest('createWebRtcTransport', request(producing, more)),
    [Symbol.dispose]() {
      rooms[Symbol.dispose]();
    },
  };
}

describe('welcome', () => {
  it('has the responses to the first three requests, before any of them', async () => {
    using world = connect('1');
    const { connection, rooms, ask } = world;
    const welcome = await connection.received<Welcome>('welcome');
    expect(connection.arrivals.map((arrival) => 'method' in arrival && arrival.method)).toEqual(['welcome']);
    expect(welcome.routerRtpCapabilities).toEqual(rooms.registry.get('room')?.rtpCapabilities);
    expect(await connection.sendRequest('getRouterRtpCapabilities')).toMatchObject({
      ...welcome.routerRtpCapabilities,
    });
    expect(await ask(false)).toMatchObject({ ...welcome.recvTransport });
    expect(await ask(true)).toMatchObject({ ...welcome.sendTransport });
    expect(await transportsOf(rooms, connection)).toBe(2);
  });

  it('has transports that answer a request which arrives before them', async () => {
    using world = connect('1');
    const { connection, ask } = world;
    const { id } = (await ask(true)) as { id: string };
    const { sendTransport } = await connection.received<Welcome>('welcome');
    expect(id).toBe(sendTransport.id);
  });

  it('has transports that answer one request each', async () => {
    using world = connect('1');
    const [first, second] = [await world.ask(true), await world.ask(true)] as { id: string }[];
    expect(first?.id).not.toBe(second?.id);
  });

  it.each([
    ['without data channels', { sctpCapabilities: undefined }],
    ['over TCP', { forceTcp: true }],
  ])('has no transport for a request for one %s', async (_what, more) => {
    using world = connect('1');
    const { id } = (await world.ask(true, more)) as { id: string };
    const { sendTransport } = await world.connection.received<Welcome>('welcome');
    expect(id).not.toBe(sendTransport.id);
  });

  it('has transports over TCP for a client that asks for them', async () => {
    using world = connect('tcp');
    const { sendTransport } = await world.connection.received<Welcome>('welcome');
    expect(new Set(sendTransport.iceCandidates.map(({ protocol }) => protocol))).toEqual(new Set(['tcp']));
    expect(await world.ask(true, { forceTcp: true })).toMatchObject({ id: sendTransport.id });
  });

  it('has a receive transport on which the join offers consumers', async () => {
    using world = connect('1');
    const { rooms, connection } = world;
    const { recvTransport } = await connection.received<Welcome>('welcome');
    const bob = await rooms.join('bob');
    await bob.produce('audio');
    const rtpCapabilities = await connection.sendRequest('getRouterRtpCapabilities');
    await connection.sendRequest('join', { displayName: 'Alice', device, rtpCapabilities });
    await connection.received('newConsumer');
    const alice = rooms.registry.get('room')?.peers.get('alice');
    expect([...(alice?.receiving.consumers.values() ?? [])].map(({ transport }) => transport.id)).toEqual([
      recvTransport.id,
    ]);
  });

  it.each([
    ['a client that does not ask for it', '', {}],
    ['another value of the parameter', 'yes', {}],
    ['a client of a server that does as the demo', '1', { demoFaithful: true }],
  ])('is not sent to %s', async (_who, welcome, options) => {
    using world = connect(welcome, options);
    const { id } = (await world.ask(true)) as { id: string };
    expect(id).toMatch(/./);
    expect(world.connection.allReceived('welcome')).toEqual([]);
    expect(await transportsOf(world.rooms, world.connection)).toBe(1);
  });
});

describe('a server without media ports', () => {
  let full: MediaBackend | undefined;
  afterEach(() => full?.close());

  /** Opens a backend with ports for the transports of one peer. */
  async function openFull(): Promise<MediaBackend> {
    const rtcMinPort = 20_000 + (process.pid % 4000) * 2;
    full = await createMediasoupBackend({
      logger: capturedLogs().logger,
      workers: 1,
      rtcMinPort,
      rtcMaxPort: rtcMinPort + 1,
      addresses: [{ ip: '127.0.0.1', announcedAddresses: ['203.0.113.7'] }],
    });
    return full;
  }

  it('sends no welcome, and refuses the request for a transport with its reason', async () => {
    using rooms = openRooms(await openFull());
    await rooms.join('alice');
    const { connection } = rooms.connect('bob', 'room', undefined, { welcome: '1' });
    await expect(connection.sendRequest('createWebRtcTransport', request(true))).rejects.toMatchObject({
      code: 503,
      message: 'no media port left',
    });
    expect(connection.allReceived('welcome')).toEqual([]);
  });

  it('refuses a join that does not wait for the transports, and no other peer learns of it', async () => {
    using rooms = openRooms(await openFull());
    const alice = await rooms.join('alice');
    const { connection } = rooms.connect('bob', 'room', undefined, { welcome: '1' });
    const outcomes = await Promise.allSettled([
      connection.sendRequest('createWebRtcTransport', request(true)),
      connection.sendRequest('createWebRtcTransport', request(false)),
      connection.sendRequest('join', { displayName: 'Bob', device }),
    ]);
    const refusal = { status: 'rejected', reason: { code: 503, message: 'no media port left' } };
    expect(outcomes).toMatchObject([refusal, refusal, refusal]);
    expect(alice.connection.allReceived('newPeer')).toEqual([]);
  });

  it('leaves no transport where only one fits', async () => {
    using rooms = openRooms(backend(), { limits: { maxTransportsPerPeer: 1 } });
    const { connection } = rooms.connect('alice', 'room', undefined, { welcome: '1' });
    await connection.sendRequest('createWebRtcTransport', request(true));
    expect(connection.allReceived('welcome')).toEqual([]);
    expect(await transportsOf(rooms, connection)).toBe(1);
  });
});
