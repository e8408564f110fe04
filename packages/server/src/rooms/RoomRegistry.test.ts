import { describe, expect, it } from 'vitest';
import { createMediasoupBackend } from '../engine/mediasoup/index.ts';
import { capturedLogs } from '../testing/capturedLogs.ts';
import { RoomMember } from '../testing/RoomMember.ts';
import { useBackend } from '../testing/useBackend.ts';
import { audioParameters } from '../testing/rtp.ts';
import type { RoomLimits } from './limits.ts';
import type { RoomError } from './RoomError.ts';
import { RoomRegistry } from './RoomRegistry.ts';

const backend = useBackend();

function openRegistry(limits: Partial<RoomLimits> = {}) {
  const registry = new RoomRegistry({ backend: backend(), logger: capturedLogs().logger, limits });
  return {
    registry,
    enter: (...args: [id: string, options?: Parameters<typeof RoomMember.enter>[2]]) =>
      RoomMember.enter(registry, ...args),
    [Symbol.dispose]() {
      registry.close();
    },
  };
}

const refusal = (code: RoomError['code']): unknown => expect.objectContaining({ name: 'RoomError', code });

describe('RoomRegistry', () => {
  it('creates a room once for concurrent requests', async () => {
    using opened = openRegistry();
    const { registry } = opened;
    const [one, two] = await Promise.all([registry.getOrCreate('room'), registry.getOrCreate('room')]);
    expect(one).toBe(two);
    expect(await registry.getOrCreate('room')).toBe(one);
    expect(registry.roomCount).toBe(1);
  });

  it('creates another room for a peer that enters as the last one leaves', async () => {
    using opened = openRegistry();
    const { registry } = opened;
    const peer = await registry.enter('room', { id: 'alice', dialect: 'test' });
    const first = registry.get('room');
    const entering = registry.enter('room', { id: 'bob', dialect: 'test' });
    peer.close({ reason: 'left' });
    expect((await entering).state).toBe('entering');
    expect(registry.get('room')).not.toBe(first);
  });

  it('lists rooms and peers as plain objects', async () => {
    using opened = openRegistry();
    const { registry, enter } = opened;
    const alice = await enter('alice', { displayName: 'Alice' });
    const { id: producerId } = await alice.peer.sending.produce(alice.send, {
      kind: 'audio',
      rtpParameters: audioParameters(),
    });
    const bob = await enter('bob', { hidden: true });
    await bob.next('newConsumer');
    await registry.enter('room', { id: 'not yet in', dialect: 'test' });
    const listed = registry.list();
    expect(JSON.parse(JSON.stringify(listed))).toEqual(listed);
    expect(listed).toMatchObject([
      {
        id: 'room',
        peers: [
          {
            id: 'alice',
            displayName: 'Alice',
            hidden: false,
            producers: [{ id: producerId, kind: 'audio', paused: false }],
          },
          {
            id: 'bob',
            hidden: true,
            consumers: [{ kind: 'audio', producerId }],
            transports: [{}, { iceState: 'new' }],
          },
        ],
      },
    ]);
    expect(registry.peerCount).toBe(2);
  });

  it('kicks a peer, and returns whether it was in the room', async () => {
    using opened = openRegistry();
    const { registry, enter } = opened;
    const [alice, bob] = [await enter('alice'), await enter('bob')];
    const told = Promise.all([bob.next('closed'), alice.next('peerClosed')]);
    expect(registry.kick('room', 'bob', { appData: { why: 'spam' } })).toBe(true);
    const closing = { reason: 'kicked', appData: { why: 'spam' } };
    expect(await told).toEqual([closing, { peer: bob.peer, ...closing }]);
    expect(registry.kick('room', 'bob')).toBe(false);
    expect(registry.kick('elsewhere', 'alice')).toBe(false);
  });

  it('closes a room, and returns whether it existed', async () => {
    using opened = openRegistry();
    const { registry, enter } = opened;
    const alice = await enter('alice');
    const closed = alice.next('closed');
    expect(registry.closeRoom('room')).toBe(true);
    expect(await closed).toEqual({ reason: 'roomClosed' });
    expect(registry.closeRoom('room')).toBe(false);
    expect((await backend().dump())[0]?.routers).toEqual([]);
  });

  it('closes all rooms, and opens no more', async () => {
    using opened = openRegistry();
    const { registry, enter } = opened;
    const alice = await enter('alice');
    const closed = alice.next('closed');
    const entering = registry.enter('other', { id: 'bob', dialect: 'test' });
    registry.close();
    expect(await closed).toEqual({ reason: 'shuttingDown' });
    await expect(entering).rejects.toThrow(refusal('shuttingDown'));
    await expect(registry.getOrCreate('third')).rejects.toThrow(refusal('shuttingDown'));
    expect((await backend().dump())[0]?.routers).toEqual([]);
  });

  it('limits the rooms, including pending ones', async () => {
    using opened = openRegistry({ maxRooms: 2 });
    const { registry } = opened;
    const made = await Promise.allSettled(['a', 'b', 'c'].map((id) => registry.getOrCreate(id)));
    expect(made.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    await expect(registry.getOrCreate('d')).rejects.toThrow(refusal('tooManyRooms'));
    registry.closeRoom('a');
    await expect(registry.getOrCreate('d')).resolves.toBeDefined();
  });

  it('limits the peers of a room, and counts a peer that reconnects once', async () => {
    using opened = openRegistry({ maxPeersPerRoom: 2 });
    const { registry, enter } = opened;
    await enter('alice');
    await registry.enter('room', { id: 'bob', dialect: 'test' });
    await expect(enter('carol')).rejects.toThrow(refusal('roomFull'));
    await expect(enter('alice', { onDuplicate: 'replace' })).resolves.toBeDefined();
  });

  it('limits transports and producers of a peer, including pending ones', async () => {
    using opened = openRegistry({ maxTransportsPerPeer: 3, maxProducersPerPeer: 1 });
    const { enter } = opened;
    const { peer, send } = await enter('alice');
    const create = () => peer.createTransport({ isProducing: true, isConsuming: false });
    const made = await Promise.allSettled([create(), create()]);
    expect(made.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(create()).rejects.toThrow(refusal('tooManyTransports'));

    const produce = () => peer.sending.produce(send, { kind: 'audio', rtpParameters: audioParameters() });
    const produced = await Promise.allSettled([produce(), produce()]);
    expect(produced.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(produce()).rejects.toThrow(refusal('tooManyProducers'));
    const produceData = (streamId: number) =>
      peer.sending.produceData(send, { sctpStreamParameters: { streamId }, label: '', protocol: '' });
    await produceData(0);
    await expect(produceData(1)).rejects.toThrow(refusal('tooManyProducers'));
    // An entity that closes, or could not be created, frees its place.
    for (const producer of peer.sending.producers.values()) producer.close('owner');
    await expect(peer.sending.produce(send, { kind: 'audio', rtpParameters: { codecs: [] } })).rejects.toMatchObject({
      name: 'MediaError',
    });
    await expect(produce()).resolves.toBeDefined();
  });

  it('closes the rooms of a worker that exited, and opens rooms on the next worker', async () => {
    const mortal = await createMediasoupBackend({ logger: capturedLogs().logger, workers: 1 });
    const registry = new RoomRegistry({ backend: mortal, logger: capturedLogs().logger });
    const alice = await RoomMember.enter(registry, 'alice');
    const closed = alice.next('closed');
    const replaced = new Promise((resolve) => {
      mortal.once('workerReplaced', resolve);
    });
    process.kill(mortal.workers[0]!.pid, 'SIGKILL');
    expect(await closed).toEqual({ reason: 'workerDied' });
    expect(registry.roomCount).toBe(0);
    await replaced;
    await expect(RoomMember.enter(registry, 'alice')).resolves.toBeDefined();
    registry.close();
    await mortal.close();
  });
});
