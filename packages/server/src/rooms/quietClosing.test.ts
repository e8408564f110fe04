import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMediasoupBackend } from '../engine/mediasoup/index.ts';
import type { MediaBackend } from '../engine/MediaBackend.ts';
import { capturedLogs } from '../testing/capturedLogs.ts';
import { RoomMember } from '../testing/RoomMember.ts';
import { audioParameters, videoParameters } from '../testing/rtp.ts';
import { RoomRegistry } from './RoomRegistry.ts';

const logs = capturedLogs();
let backend: MediaBackend;
let registry: RoomRegistry;

beforeAll(async () => {
  backend = await createMediasoupBackend({ logger: logs.logger, workers: 1 });
  registry = new RoomRegistry({ backend, logger: logs.logger });
});
afterAll(async () => {
  registry.close();
  await backend.close();
});

/** Opens a room with three peers, each with two producers, a data producer, and consumers of the others. */
async function openRoom() {
  const members: RoomMember[] = [];
  for (const id of ['alice', 'bob', 'carol']) {
    const member = await RoomMember.enter(registry, id, { roomId: 'room' });
    await member.peer.sending.produce(member.send, { kind: 'audio', rtpParameters: audioParameters() });
    await member.peer.sending.produce(member.send, { kind: 'video', rtpParameters: videoParameters() });
    members.push(member);
  }
  await Promise.all(members.map(({ peer }) => peer.receiving.whenOffersMade()));
  return members as [RoomMember, RoomMember, RoomMember];
}

type Members = Awaited<ReturnType<typeof openRoom>>;

const producing = ({ peer, send }: RoomMember) =>
  [1, 2, 3].map(() => peer.sending.produce(send, { kind: 'audio', rtpParameters: audioParameters() }));

const asking = ({ peer }: RoomMember) =>
  [...peer.receiving.consumers.values()].flatMap((consumer) => [
    consumer.getStats(),
    consumer.pause(),
    consumer.requestKeyFrame(),
  ]);

const closeProducers = ({ peer }: RoomMember) => {
  for (const producer of peer.sending.producers.values()) producer.close();
};

const closeConsumers = ({ peer }: RoomMember) => {
  for (const consumer of peer.receiving.consumers.values()) consumer.close('server', 'test');
};

describe('the log', () => {
  it.each<[string, boolean, (members: Members) => unknown]>([
    [
      'producers close',
      false,
      ([alice]) => {
        closeProducers(alice);
      },
    ],
    [
      'consumers close before their producers',
      false,
      ([alice, bob]) => {
        closeConsumers(bob);
        closeProducers(alice);
      },
    ],
    [
      'consumers close after their producers',
      false,
      ([alice, bob]) => {
        closeProducers(alice);
        closeConsumers(bob);
      },
    ],
    [
      'consumers get requests while their producers close',
      false,
      async ([alice, bob]) => {
        const asked = asking(bob);
        closeProducers(alice);
        await Promise.allSettled([...asked, ...asking(bob)]);
      },
    ],
    [
      'producers close while a late joiner is offered them',
      true,
      async ([alice]) => {
        const dave = await RoomMember.enter(registry, 'dave', { roomId: 'room' });
        closeProducers(alice);
        await dave.peer.receiving.whenOffersMade();
      },
    ],
    [
      'a transport closes while producers are created on it',
      true,
      async ([alice]) => {
        const asked = producing(alice);
        alice.send.close('server');
        await Promise.allSettled(asked);
      },
    ],
    [
      'a peer leaves while its producers are created',
      true,
      async ([alice]) => {
        const asked = producing(alice);
        alice.peer.close({ reason: 'left' });
        await Promise.allSettled(asked);
      },
    ],
    [
      'the room closes while producers are created',
      false,
      async ([alice]) => {
        const asked = producing(alice);
        registry.closeRoom('room');
        await Promise.allSettled(asked);
      },
    ],
  ])('logs no warning where %s', async (_what, isRacing, act) => {
    const members = await openRoom();
    const before = logs.lines.length;
    await act(members);
    // The worker responds in order, and logs before it responds.
    await backend.dump();
    const lines = logs.lines.slice(before);
    expect(lines.filter(({ level }) => level >= 40)).toEqual([]);
    const races = lines.filter(({ level, msg }) => level === 20 && /not found/i.test(msg));
    expect(races.length).toBeGreaterThanOrEqual(isRacing ? 1 : 0);
    registry.closeRoom('room');
  });

  it('logs a warning for other refusals of the worker', async () => {
    const [alice] = await openRoom();
    const rtpParameters = audioParameters();
    await alice.peer.sending.produce(alice.send, { kind: 'audio', rtpParameters });
    const before = logs.lines.length;
    await expect(alice.peer.sending.produce(alice.send, { kind: 'audio', rtpParameters })).rejects.toThrow('in use');
    expect(logs.lines.slice(before).map(({ level }) => level)).toContain(50);
    registry.closeRoom('room');
  });
});
