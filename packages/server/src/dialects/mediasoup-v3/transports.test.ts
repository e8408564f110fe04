import type { TransportResponse } from '@tureen/protocol/mediasoup-v3';
import { readTransport } from '@tureen/protocol/mediasoup-v3';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { defaultLimits } from '../../rooms/limits.ts';
import { RoomRegistry } from '../../rooms/RoomRegistry.ts';
import { reportConnections } from '../../testing/connectionState.ts';
import { openRooms } from '../../testing/openRooms.ts';
import type { OpenRoomsOptions } from '../../testing/openRooms.ts';
import { audioParameters } from '../../testing/rtp.ts';
import { useBackend } from '../../testing/useBackend.ts';
import { V3MediaPeer } from '../../testing/V3MediaPeer.ts';
import { idOf } from '../../testing/V3Client.ts';
import type { V3Client } from '../../testing/V3Client.ts';

const backend = useBackend();
const dtlsParameters = { role: 'client', fingerprints: [{ algorithm: 'sha-256', value: 'AB:CD' }] } as const;

/** Opens rooms with their own manual clock. */
function open(options: OpenRoomsOptions = {}) {
  const roomClock = new ManualClock();
  const limits = { dtlsTimeoutMs: defaultLimits.dtlsTimeoutMs, ...options.limits };
  const rooms = openRooms(backend(), { ...options, limits, roomClock });
  return Object.assign(rooms, {
    roomClock,
    peerOf: (id: string) => rooms.registry.get('room')!.peers.get(id)!,
  });
}

async function create(client: V3Client, direction: 'send' | 'recv'): Promise<TransportResponse> {
  const asked = { producing: direction === 'send', consuming: direction === 'recv', forceTcp: false };
  const read = readTransport(await client.sendMessage('createWebRtcTransport', asked));
  if (!read.ok) throw new Error(read.issue.path);
  return read.value;
}

const connect = (client: V3Client, { id: transportId }: { readonly id: string }) =>
  client.sendMessage('connectWebRtcTransport', { transportId, dtlsParameters });

describe('the DTLS timeout', () => {
  it('starts at connectWebRtcTransport: it closes the transport, and the client receives the reason', async () => {
    using rooms = open();
    const alice = await rooms.join('alice');
    rooms.roomClock.advance(60_000);
    const transport = await create(alice, 'send');
    rooms.roomClock.advance(60_000);
    await connect(alice, transport);
    rooms.roomClock.advance(29_999);
    expect(rooms.peerOf('alice').transports.has(transport.id)).toBe(true);
    rooms.roomClock.advance(1);
    expect(await alice.connection.received('transportClosed')).toEqual({
      transportId: transport.id,
      reason: 'dtlsTimeout',
    });
    expect([...rooms.peerOf('alice').transports.keys()]).toEqual([alice.sendTransport!.id, alice.recvTransport!.id]);
    expect(rooms.roomClock.pending).toBe(0);
  });

  it('leaves a receive transport that carries nothing, and starts again with its first consumer', async () => {
    using rooms = open();
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    const { id: transportId } = bob.recvTransport!;
    await bob.sendMessage('connectWebRtcTransport', { transportId, dtlsParameters });
    rooms.roomClock.advance(60_000);
    expect(bob.connection.allReceived('transportClosed')).toEqual([]);
    await alice.produce('audio');
    reportConnections(rooms.peerOf('alice'), 'connected');
    await bob.connection.received('newConsumer');
    rooms.roomClock.advance(29_999);
    expect(bob.connection.allReceived('transportClosed')).toEqual([]);
    rooms.roomClock.advance(1);
    expect(await bob.connection.received('transportClosed')).toEqual({ transportId, reason: 'dtlsTimeout' });
  });

  it('does not start for transports that are not connected yet, as of a peer alone', async () => {
    using rooms = open();
    const alice = await rooms.join('alice');
    rooms.roomClock.advance(24 * 3600 * 1000);
    expect(rooms.peerOf('alice').transports.size).toBe(2);
    expect(alice.connection.allReceived('transportClosed')).toEqual([]);
  });

  it('ends with DTLS, whether DTLS connects or fails', async () => {
    using rooms = open();
    const alice = await rooms.join('alice');
    await alice.produce('audio');
    expect(rooms.roomClock.pending).toBe(1);
    reportConnections(rooms.peerOf('alice'), 'connected');
    expect(rooms.roomClock.pending).toBe(0);
  });

  it('ends with the transport and with the room', async () => {
    using rooms = open();
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    await connect(alice, await create(alice, 'send'));
    await connect(bob, await create(bob, 'send'));
    expect(rooms.roomClock.pending).toBe(2);
    alice.connection.drop();
    expect(rooms.roomClock.pending).toBe(1);
    rooms.registry.closeRoom('room');
    expect(rooms.roomClock.pending).toBe(0);
  });

  it('does not restart at a second connect', async () => {
    using rooms = open();
    const alice = await rooms.join('alice');
    const transport = await create(alice, 'send');
    await connect(alice, transport);
    rooms.roomClock.advance(20_000);
    await expect(connect(alice, transport)).rejects.toMatchObject({ message: 'already connected' });
    rooms.roomClock.advance(10_000);
    expect(rooms.peerOf('alice').transports.has(transport.id)).toBe(false);
  });

  it('is a setting, and is off where that is 0 or the stock server is imitated', async () => {
    for (const options of [{ limits: { dtlsTimeoutMs: 0 } }, { demoFaithful: true }]) {
      using rooms = open(options);
      const alice = await rooms.join('alice');
      await connect(alice, await create(alice, 'send'));
      expect(rooms.roomClock.pending).toBe(0);
    }
    using rooms = open({ limits: { dtlsTimeoutMs: 5 } });
    const alice = await rooms.join('alice');
    await connect(alice, await create(alice, 'send'));
    rooms.roomClock.advance(5);
    expect(await alice.connection.received('transportClosed')).toMatchObject({ reason: 'dtlsTimeout' });
  });

  it('does not affect a call whose DTLS is connected', async () => {
    using rooms = open();
    const alice = new V3MediaPeer(rooms.connect('alice'));
    await alice.join();
    await using _closing = alice;
    const isUp = new Promise<void>((resolve) => {
      rooms.peerOf('alice').on('transportStateChanged', ({ transport }) => {
        if (transport.dtlsState === 'connected') resolve();
      });
    });
    await alice.send();
    await isUp;
    expect(rooms.roomClock.pending).toBe(0);
    rooms.roomClock.advance(60_000);
    expect(rooms.peerOf('alice').transports.size).toBe(2);
  });
});

describe('transports of one peer', () => {
  it('are limited to three, and a fourth is refused', async () => {
    using rooms = open();
    const alice = await rooms.join('alice');
    await create(alice, 'send');
    await expect(create(alice, 'send')).rejects.toMatchObject({ code: 403, message: 'too many transports' });
    await expect(create(alice, 'recv')).rejects.toMatchObject({ code: 403, message: 'too many transports' });
    expect(rooms.peerOf('alice').transports.size).toBe(3);
  });

  it('may be replaced repeatedly: a new one replaces the oldest one that lost its connection', async () => {
    using rooms = open();
    const alice = await rooms.join('alice');
    const { id: recv } = alice.recvTransport!;
    await alice.produce('video');
    const made = [alice.sendTransport!.id];
    for (let n = 0; n < 5; n += 1) {
      const transport = await create(alice, 'send');
      await connect(alice, transport);
      made.push(transport.id);
      expect(new Set(rooms.peerOf('alice').transports.keys())).toEqual(new Set([recv, ...made.slice(-2)]));
    }
    expect(
      alice.connection.allReceived('transportClosed').map((data) => (data as { transportId: string }).transportId),
    ).toEqual(made.slice(0, -2));
  });

  it('are not replaced while they carry media', async () => {
    using rooms = open({ limits: { dtlsTimeoutMs: 0 } });
    const alice = await rooms.join('alice');
    await alice.produce('video');
    const second = await create(alice, 'send');
    await connect(alice, second);
    const rtpParameters = audioParameters();
    const asked = { transportId: second.id, kind: 'audio', rtpParameters, appData: {} } as const;
    const producerId = idOf(await alice.sendMessage('produce', asked), 'producerId');
    reportConnections(rooms.peerOf('alice'), 'connected');
    await expect(create(alice, 'send')).rejects.toMatchObject({ message: 'too many transports' });
    await alice.sendMessage('closeProducer', { producerId });
    await create(alice, 'send');
    expect(rooms.peerOf('alice').transports.has(second.id)).toBe(false);
  });

  it('are not replaced by transports for the other direction', async () => {
    using rooms = open();
    const alice = await rooms.join('alice');
    await create(alice, 'send');
    await connect(alice, alice.recvTransport!);
    await expect(create(alice, 'send')).rejects.toMatchObject({ message: 'too many transports' });
    // The server considers the replaced transport lost, and the new transport receives.
    const { id } = await create(alice, 'recv');
    expect(rooms.peerOf('alice').receiving.options?.transport.id).toBe(id);
  });

  it('are limited by a setting', async () => {
    using rooms = open({ limits: { maxTransportsPerPeer: 5 } });
    const alice = await rooms.join('alice');
    for (let n = 0; n < 3; n += 1) await create(alice, 'send');
    await expect(create(alice, 'send')).rejects.toMatchObject({ message: 'too many transports' });
    expect(new RoomRegistry({ backend: backend(), logger: rooms.logs.logger }).limits).toMatchObject({
      maxTransportsPerPeer: undefined,
    });
  });
});

describe('the round trip to a client', () => {
  it('is measured when the client connects its receiving transport', async () => {
    using rooms = open();
    const alice = await rooms.join('alice');
    expect(alice.connection.measurements).toHaveLength(0);
    await connect(alice, alice.recvTransport!);
    alice.connection.measurements[0]?.(80);
    const peer = rooms.peerOf('alice');
    expect(peer.signalingRoundTrip.ms).toBe(80);
    expect(peer.transports.get(alice.recvTransport!.id)!.handshake.roundTripMs).toBe(80);
  });

  it('is not measured when the client connects a sending transport', async () => {
    using rooms = open();
    const alice = await rooms.join('alice');
    await connect(alice, alice.sendTransport!);
    expect(alice.connection.measurements).toHaveLength(0);
  });

  it('is measured on the connection that resumed the peer', async () => {
    using rooms = open();
    const { client: alice, token } = await rooms.joinResumable('alice');
    const before = alice.connection;
    before.drop(1006);
    await alice.resume(rooms.connect('alice').connection, token);
    await connect(alice, alice.recvTransport!);
    expect(before.measurements).toHaveLength(0);
    expect(alice.connection.measurements).toHaveLength(1);
  });
});
