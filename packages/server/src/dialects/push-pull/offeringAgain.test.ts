import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Pusher } from '@tureen/protocol/push-pull';
import { parse } from 'sdp-transform';
import { describe, expect, it } from 'vitest';
import { offer } from '../../testing/offers.ts';
import { openPushPullRooms } from '../../testing/openPushPullRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();

type Rooms = ReturnType<typeof openPushPullRooms>;

const toSpec = ({ pusherId, rtpParam }: Pusher) => ({ type: rtpParam.av_type, pusherId });
const peerOf = (rooms: Rooms, id: string) => rooms.registry.get('room')!.peers.get(id)!;

/** An offer for audio and video, and an offer for audio alone, of the same connection. */
const both = offer('chromium-pull-plain');
const [head, audioSection] = both.split(/(?=^m=)/m) as [string, string, string];
const soundAlone = head.replace('BUNDLE 0 1', 'BUNDLE 0') + audioSection;

const linesOf = (sdp: string, start: string) => sdp.split('\r\n').filter((line) => line.startsWith(start));

/** Opens a room: Alice pushes her audio, and Bob pulls it. */
async function meet(rooms: Rooms) {
  const alice = await rooms.join('alice', { extensions: ['pushers', 'leave'] });
  const bob = await rooms.join('bob');
  const { pushers: sound = [] } = await alice.push(offer('chromium-push-audio'));
  const first = await bob.pull('alice', soundAlone, sound.map(toSpec));
  return { alice, bob, sound, first };
}

describe('an offer to pull more on the same connection', () => {
  it('is answered on the existing connection, and earlier pulls stay', async () => {
    using rooms = openPushPullRooms(backend());
    const { alice, bob, sound, first } = await meet(rooms);
    const { pushers: picture = [] } = await alice.push(offer('chromium-push-video'));
    const [former] = peerOf(rooms, 'bob').receiving.consumers.values();
    const second = await bob.pull('alice', both, [...sound, ...picture].map(toSpec));
    expect(peerOf(rooms, 'bob').transports.size).toBe(1);
    expect([...peerOf(rooms, 'bob').receiving.consumers.values()][0]).toBe(former);
    expect(former?.closed).toBe(false);
    expect(new Set(linesOf(second.sdp, 'a=ice-ufrag:'))).toEqual(new Set(linesOf(first.sdp, 'a=ice-ufrag:')));
    expect(linesOf(second.sdp, 'a=ssrc:')).toEqual(expect.arrayContaining(linesOf(first.sdp, 'a=ssrc:')));
    expect(second.sdp).toContain('a=group:BUNDLE 0 1\r\n');
    expect(parse(second.sdp).media.map(({ direction }) => direction)).toEqual(['sendonly', 'sendonly']);
  });

  it('keeps the section of an ended pusher, inactive, and puts new media into another', async () => {
    using rooms = openPushPullRooms(backend());
    const { alice, bob, sound } = await meet(rooms);
    await alice.sendRequest('unpush', { pusherIds: sound.map(({ pusherId }) => pusherId) });
    expect(peerOf(rooms, 'bob').transports.size).toBe(1);
    const { pushers: picture = [] } = await alice.push(offer('chromium-push-video'));
    const { sdp } = await bob.pull('alice', both, picture.map(toSpec));
    expect(parse(sdp).media.map(({ direction, port }) => [direction, port === 0])).toEqual([
      ['inactive', false],
      ['sendonly', false],
    ]);
    expect(peerOf(rooms, 'bob').transports.size).toBe(1);
  });

  it('changes nothing when it is refused', async () => {
    using rooms = openPushPullRooms(backend());
    const { alice, bob, sound } = await meet(rooms);
    const { pushers: picture = [] } = await alice.push(offer('chromium-push-video'));
    const specs = [...sound, ...picture].map(toSpec);
    await expect(bob.pull('alice', soundAlone, specs)).rejects.toMatchObject({
      code: 488,
      message: expect.stringContaining('no video section left for VP8') as string,
    });
    expect(peerOf(rooms, 'bob').receiving.consumers.size).toBe(1);
    await bob.pull('alice', both, specs);
    expect(peerOf(rooms, 'bob').receiving.consumers.size).toBe(2);
  });

  it('may name other payload types for new media, even when audio had those of the router', async () => {
    using rooms = openPushPullRooms(backend());
    const { alice, sound } = await meet(rooms);
    const carol = await rooms.join('carol');
    const aligned = (sdp: string) => sdp.replaceAll(/\b111\b/g, '109');
    await carol.pull('alice', aligned(soundAlone), sound.map(toSpec));
    const { pushers: picture = [] } = await alice.push(offer('chromium-push-video'));
    const { sdp } = await carol.pull('alice', aligned(both), [...sound, ...picture].map(toSpec));
    expect(parse(sdp).media.map(({ rtp }) => rtp.map(({ payload }) => payload))).toEqual([[109], [96]]);
  });

  it('cannot change payload types of a connection that began with audio and video', async () => {
    using rooms = openPushPullRooms(backend());
    const { alice, sound } = await meet(rooms);
    const carol = await rooms.join('carol');
    const aligned = both.replaceAll(/\b111\b/g, '109');
    await carol.pull('alice', aligned, sound.map(toSpec));
    const { pushers: picture = [] } = await alice.push(offer('chromium-push-video'));
    await expect(carol.pull('alice', aligned, [...sound, ...picture].map(toSpec))).rejects.toMatchObject({
      code: 488,
      message: expect.stringContaining('payload types of a connection cannot change') as string,
    });
    expect(peerOf(rooms, 'carol').receiving.consumers.size).toBe(1);
  });

  it('finds no connection after the pushing user has left', async () => {
    using rooms = openPushPullRooms(backend());
    const { alice } = await meet(rooms);
    await alice.sendRequest('leave', {});
    expect(peerOf(rooms, 'bob').transports.size).toBe(0);
  });

  it('leaves at most one empty connection to a user who pushes and ends repeatedly', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice', { extensions: ['pushers'] });
    const bob = await rooms.join('bob');
    for (const round of ['1', '2', '3', '4']) {
      const { pushers = [] } = await alice.push(offer('chromium-push-audio'));
      // A client that creates a connection for each pull.
      await bob.pull('alice', soundAlone.replace(/^o=- \d/m, `o=- ${round}`), pushers.map(toSpec));
      await alice.sendRequest('unpush', { pusherIds: pushers.map(({ pusherId }) => pusherId) });
      expect(peerOf(rooms, 'bob').transports.size).toBe(1);
    }
  });
});

describe('a user that pulled from users who left', () => {
  it('keeps none of them in memory, nor the users that they pulled from', async () => {
    using rooms = openPushPullRooms(backend());
    const host = await rooms.join('host', { extensions: ['pushers', 'leave'] });
    const left: WeakRef<object>[] = [];
    const visit = async (userId: string, former: string | undefined) => {
      const guest = await rooms.join(userId, { extensions: ['pushers', 'leave'] });
      const { pushers = [] } = await guest.push(offer('chromium-push-audio'));
      await host.pull(userId, soundAlone.replace(/^o=- \d+/m, `o=- ${userId.slice(1)}`), pushers.map(toSpec));
      const other = former === undefined ? undefined : peerOf(rooms, former);
      const sound = [...(other?.sending.producers.values() ?? [])].map(({ id }) => ({
        type: 'audio' as const,
        pusherId: id,
      }));
      if (former !== undefined) await guest.pull(former, soundAlone, sound);
      left.push(new WeakRef(peerOf(rooms, userId)));
    };
    let former: string | undefined;
    for (const userId of ['u101', 'u102', 'u103', 'u104']) {
      await visit(userId, former);
      if (former !== undefined) peerOf(rooms, former).close({ reason: 'left' });
      former = userId;
    }
    peerOf(rooms, 'u104').close({ reason: 'left' });
    // The worker answers in order. Until then, its answers to the requests before are pending, and they refer to the users.
    await host.push(offer('chromium-push-audio'));
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as (options: { execution: 'async' }) => Promise<void>;
    const alive = () => left.filter((ref) => ref.deref() !== undefined).length;
    // A collection in its own task: a WeakRef keeps its target until the end of the task that read it.
    await collectGarbage({ execution: 'async' });
    expect(alive()).toBe(0);
  });
});
