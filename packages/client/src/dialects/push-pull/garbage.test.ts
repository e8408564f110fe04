import { serverToClient } from '@tureen/protocol/push-pull';
import { describe, expect, it } from 'vitest';
import { joinedPushPullWorld, pusher, user } from '@tureen/testkit/scripted/pushPullWorld';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { fakeTrack } from '@tureen/testkit/scripted/roomWorld';
import { whenRead } from '@tureen/testkit/scripted/waits';

/** Returns numbers from 0 to 1, the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

const oddities: unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 33,
  '',
  ' ',
  'bob',
  'carol',
  'v1',
  'connectionLost',
  'x'.repeat(300),
  [],
  [null],
  [['v1']],
  ['v1', 'own-1'],
  {},
  { userId: 'bob' },
  { sdp: {} },
  JSON.parse('{"__proto__":{"polluted":true}}'),
];

const random = seeded(4);
const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;

/** Returns some of the fields of `whole`, and some of `fields` with random values. */
function spoilt(whole: object, fields: readonly string[]): Record<string, unknown> {
  const result: Record<string, unknown> = { ...whole };
  for (let times = Math.floor(random() * 4); times > 0; times -= 1) result[pick(fields)] = pick(oddities);
  return result;
}

function oddPusher(): unknown {
  const whole = pusher(pick(['v1', 'v2', 'a-audio']));
  const rtpParam = spoilt(whole.rtpParam, Object.keys(whole.rtpParam));
  return spoilt({ ...whole, rtpParam }, ['pusherId', 'rtpParam', 'source', 'appData', 'paused', 'mid']);
}

describe('malformed messages', () => {
  it('leave the room usable as ten thousand notifications and requests', async () => {
    const { room, server, media, clock } = await joinedPushPullWorld({ autoConnect: false }, ['v1', 'a-audio']);
    await room.produce(fakeTrack('video'));
    const methods = [...Object.keys(serverToClient), 'newPushers', 'USERRECONNECT', 'join', 'ping', '__proto__', ''];
    const fields = ['roomId', 'userId', 'userName', 'pushers', 'pusherIds', 'pusherId', 'by', 'reason', 'message'];
    for (let round = 0; round < 10_000; round += 1) {
      const one = () =>
        spoilt(
          {
            userId: pick(['bob', 'carol', 'alice', 'stranger']),
            pushers: [oddPusher()],
            pusherIds: [pick(['v1', 'own-1'])],
          },
          fields,
        );
      const data = pick([one(), [one(), one()], pick(oddities)]) as object;
      if (random() < 0.5) server.notify(pick(methods), data);
      else void server.ask(pick(methods), data);
      // Lets the room read the messages received so far.
      if (round % 200 === 0)
        await whenRead(room, () => {
          server.notify('none', {});
        });
    }
    await expectUnchanged(() => room.state, 'joined');
    expect(room.peers.has('alice')).toBe(false);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    await whenRead(room, () => {
      server.notify('newUser', [user('after', 'after-video')]);
    });
    expect(room.consumers.get('after-video')?.track?.readyState).toBe('live');
    await room.leave();
    expect(media.counts).toEqual({ sessions: 0, pushes: 0, pulls: 0, producers: 0, consumers: 0, waiting: 0 });
    expect(clock.pending).toBe(0);
  });

  it('reject with a typed error as responses, and leave the room usable', async () => {
    const { room, server, media } = await joinedPushPullWorld();
    for (let round = 0; round < 1000; round += 1) {
      const whole = { code: 0, message: 'ok', sdp: 'v=0', pushers: [oddPusher()], pulled: [] };
      const answer = random() < 0.2 ? pick(oddities) : spoilt(whole, ['code', 'message', 'sdp', 'pushers', 'pulled']);
      server.on('push', () => answer).on('pull', () => answer);
      const pushed: unknown = await room.produce(fakeTrack('video')).catch((error: unknown) => error);
      if (pushed instanceof Error) expect(pushed).toMatchObject({ name: 'TureenError', method: 'push' });
      server.notify('newPusher', user('bob', `v-${round}`));
    }
    await expectUnchanged(() => room.state, 'joined');
    await room.leave();
    expect(media.counts).toMatchObject({ sessions: 0, waiting: 0 });
  });
});
