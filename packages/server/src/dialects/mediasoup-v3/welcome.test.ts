import { afterEach, describe, expect, it } from 'vitest';
import type { MediaBackend } from '../../engine/MediaBackend.ts';
import { createMediasoupBackend } from '../../engine/mediasoup/index.ts';
import { capturedLogs } from '../../testing/capturedLogs.ts';
import { openRooms } from '../../testing/openRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();
const device = { flag: 'f', name: 'n', version: 'v' };

describe('welcome', () => {
  it('is the response to getRouterRtpCapabilities, sent before any request', async () => {
    using rooms = openRooms(backend());
    const { connection } = rooms.connect('alice', 'room', undefined, { welcome: '1' });
    const welcome = await connection.received('welcome');
    const routerRtpCapabilities = rooms.registry.get('room')?.rtpCapabilities;
    expect(welcome).toEqual({ routerRtpCapabilities });
    expect(connection.arrivals.map((arrival) => 'method' in arrival && arrival.method)).toEqual(['welcome']);
    const asked = await connection.sendRequest('getRouterRtpCapabilities');
    expect(asked).toMatchObject({ ...routerRtpCapabilities });
  });

  it.each([
    ['a client that does not ask for it', {}, {}],
    ['another value of the parameter', { welcome: '2' }, {}],
    ['a client of a server that does as the demo', { welcome: '1' }, { demoFaithful: true }],
  ])('is not sent to %s', async (_who, params, options) => {
    using rooms = openRooms(backend(), options);
    const { connection } = rooms.connect('alice', 'room', undefined, params);
    await connection.sendRequest('getRouterRtpCapabilities');
    expect(connection.allReceived('welcome')).toEqual([]);
  });
});

describe('a join that does not wait for the transports', () => {
  let full: MediaBackend | undefined;
  afterEach(() => full?.close());

  /** Opens rooms with media ports for one peer, and Alice in them. */
  async function openFullRooms() {
    const rtcMinPort = 20_000 + (process.pid % 4000) * 2;
    full = await createMediasoupBackend({
      logger: capturedLogs().logger,
      workers: 1,
      rtcMinPort,
      rtcMaxPort: rtcMinPort + 1,
      addresses: [{ ip: '127.0.0.1', announcedAddresses: ['203.0.113.7'] }],
    });
    const rooms = openRooms(full);
    return { rooms, alice: await rooms.join('alice') };
  }

  it('is refused where a transport was refused, and no other peer learns of it', async () => {
    const { rooms, alice } = await openFullRooms();
    using _rooms = rooms;
    const { connection } = rooms.connect('bob', 'room', undefined, { welcome: '1' });
    const create = (producing: boolean) =>
      connection.sendRequest('createWebRtcTransport', { producing, consuming: !producing, forceTcp: false });
    const outcomes = await Promise.allSettled([
      create(true),
      create(false),
      connection.sendRequest('join', { displayName: 'Bob', device }),
    ]);
    const refusal = { status: 'rejected', reason: { code: 503, message: 'no media port left' } };
    expect(outcomes).toMatchObject([refusal, refusal, refusal]);
    expect(alice.connection.allReceived('newPeer')).toEqual([]);
  });

  it('succeeds without media for a client that was not welcomed, as before', async () => {
    const { rooms, alice } = await openFullRooms();
    using _rooms = rooms;
    const { connection } = rooms.connect('bob');
    await expect(
      connection.sendRequest('createWebRtcTransport', { producing: false, consuming: true, forceTcp: false }),
    ).rejects.toMatchObject({ code: 503 });
    await connection.sendRequest('join', { displayName: 'Bob', device });
    expect(alice.connection.allReceived('newPeer')).toHaveLength(1);
  });
});
