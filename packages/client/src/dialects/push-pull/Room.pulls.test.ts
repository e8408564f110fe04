import { describe, expect, it } from 'vitest';
import { TureenError } from '../../shared/errors.ts';
import {
  joinedPushPullWorld,
  pusher,
  type pushPullWorld,
  refusal,
  user,
  videoParam,
} from '@tureen/testkit/scripted/pushPullWorld';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { pass } from '@tureen/testkit/scripted/roomWorld';
import { whenRead } from '@tureen/testkit/scripted/waits';

type World = ReturnType<typeof pushPullWorld>;

/** Returns the IDs in the specs of each pull. */
const pulls = ({ server }: World) =>
  server.received
    .filter(({ method }) => method === 'pull')
    .map(({ data }) => (data.specs as { pusher_id: string }[]).map((spec) => spec.pusher_id));

describe('a pull', () => {
  it('combines audio and video of one user, audio first, with both names of each pusher', async () => {
    const { server, media } = await joinedPushPullWorld();
    server.notify('newUser', [user('carol', 'c-video', 'c-audio')]);
    await server.receives(1);
    expect(server.received).toEqual([
      {
        method: 'pull',
        data: {
          roomId: 'r1',
          userId: 'alice',
          targetUserId: 'carol',
          sdp: { type: 'offer', sdp: expect.any(String) as string },
          specs: [
            { type: 'audio', pusher_id: 'c-audio', pusherId: 'c-audio' },
            { type: 'video', pusher_id: 'c-video', pusherId: 'c-video' },
          ],
        },
      },
    ]);
    expect(media.counts).toMatchObject({ pulls: 1, consumers: 2 });
  });

  it('never combines two users, two videos, or payload types that conflict', async () => {
    const world = await joinedPushPullWorld();
    const { server } = world;
    await whenRead(world.room, () => {
      server.notify('newUser', [user('carol', 'c-audio', 'c-v1', 'c-v2'), user('dave', 'd-audio')]);
    });
    expect(pulls(world)).toEqual([['c-audio', 'c-v1'], ['c-v2'], ['d-audio']]);
    server.received.length = 0;
    const apart = pusher('b-video', { rtpParam: { ...videoParam, mid_ext_id: 9, tcc_ext_id: 4 } });
    await whenRead(world.room, () => {
      server.notify('newPusher', { ...user('bob'), pushers: [pusher('b-audio'), apart] });
    });
    expect(pulls(world)).toEqual([['b-audio'], ['b-video']]);
  });

  it('accepts the answer as text or as a description', async () => {
    const { server, said } = await joinedPushPullWorld();
    server.on('pull', () => ({ code: 0, sdp: { type: 'answer', sdp: 'v=0 answer' } }));
    server.notify('newPusher', user('bob', 'v1'));
    await said.reaches(1);
    expect(said).toEqual(['newConsumer v1 bob']);
  });
});

describe('a pull that fails', () => {
  it('is reported with a typed error for a closed pusher, while the other pull succeeds', async () => {
    const world = await joinedPushPullWorld();
    const { server, said, media, room } = world;
    server.on('pull', ({ specs }) => {
      if (JSON.stringify(specs).includes('b-video')) throw refusal('pusher not found b-video');
      return { code: 0, sdp: 'v=0' };
    });
    await whenRead(room, () => {
      server.notify('newPusher', user('bob', 'b-audio', 'b-video'));
    });
    expect(pulls(world)).toEqual([['b-audio', 'b-video'], ['b-audio'], ['b-video']]);
    expect(said.toSorted()).toEqual(['newConsumer b-audio bob', 'requestFailed newConsumer error=requestRefused']);
    expect(media.counts).toMatchObject({ pulls: 1, consumers: 1, waiting: 0 });
    expect(room.state).toBe('joined');
  });

  it('is reported for an answer that the browser refuses, as RTCPilot sends for closed pushers', async () => {
    const { server, said, media, room } = await joinedPushPullWorld();
    media.failNext('consume', new TureenError('mediaFailed', 'Duplicate SSRC in ssrc-group'));
    server.notify('newPusher', user('bob', 'v1'));
    await said.reaches(1);
    expect(said).toEqual(['requestFailed newConsumer error=mediaFailed']);
    expect(room.consumers.size).toBe(0);
    server.notify('newPusher', user('bob', 'v1', 'v2'));
    await said.reaches(2);
    expect(said.slice(1)).toEqual(['newConsumer v2 bob']);
  });

  it.each([
    ['488', () => Promise.reject(refusal('the offer has no video section that can carry VP9', 488))],
    [
      'an answer that accepts no section',
      () => Promise.reject(new TureenError('unsupportedCodec', 'the server refused the video')),
    ],
  ])('is reported as unsupported for its codec, by %s', async (what, answer) => {
    const { server, said, media } = await joinedPushPullWorld();
    if (what === '488') server.on('pull', answer);
    else media.failNext('consume', new TureenError('unsupportedCodec', 'the server refused the video'));
    server.notify('newPusher', user('bob', 'v1'));
    await said.reaches(1);
    expect(said[0]).toMatch(/^consumerUnsupported bob v1 video /);
    expect(said[1]).toMatch(/^requestFailed newConsumer error=(requestRefused|unsupportedCodec)$/);
    expect(said).toHaveLength(2);
  });

  it.each([
    ['without SDP', { code: 0 }, 'badResponse'],
    ['without valid SDP', { sdp: 7 }, 'badResponse'],
    ['with another code', { code: 5, message: 'no' }, 'requestRefused'],
    ['that is text', 'ok', 'badResponse'],
  ])('is reported for an answer %s', async (_what, answer, code) => {
    const { server, said, media } = await joinedPushPullWorld();
    server.on('pull', () => answer);
    server.notify('newPusher', user('bob', 'v1'));
    await said.reaches(1);
    expect(said).toEqual([`requestFailed newConsumer error=${code}`]);
    expect(media.counts).toMatchObject({ pulls: 0, waiting: 0 });
  });

  it('times out without a response', async () => {
    const { room, server, said, clock } = await joinedPushPullWorld({ heartbeatMs: 100_000 });
    server.on('pull', () => new Promise(() => {}));
    await whenRead(room, () => {
      server.notify('newPusher', user('bob', 'v1', 'b-audio'));
    });
    await pass(clock, 20_000);
    expect(said).toEqual([
      'requestFailed newConsumer error=requestTimeout',
      'requestFailed newConsumer error=requestTimeout',
    ]);
  });

  it('is not reported when the consumer has closed meanwhile', async () => {
    const { room, server, said, media } = await joinedPushPullWorld();
    const hold = media.hold('consume');
    server.notify('newPusher', user('bob', 'v1'));
    await hold.reached();
    await whenRead(room, () => {
      server.notify('pusherClosed', { userId: 'bob', pusherIds: ['v1'] });
    });
    hold.release();
    await expectUnchanged(() => said, []);
    expect(media.counts).toMatchObject({ pulls: 0, consumers: 0, waiting: 0 });
  });

  it('is not reported when its user has left meanwhile', async () => {
    const { room, server, said, media } = await joinedPushPullWorld();
    const hold = media.hold('consume');
    server.notify('newPusher', user('bob', 'v1'));
    await hold.reached();
    await whenRead(room, () => {
      server.notify('userLeave', { userId: 'bob' });
    });
    hold.release();
    await said.reaches(1);
    expect(said).toEqual(['peerClosed bob remote']);
    expect(media.counts).toMatchObject({ pulls: 0, consumers: 0, waiting: 0 });
  });
});

describe('a pusher that the browser cannot decode', () => {
  it('is reported as unsupported, and not pulled', async () => {
    const world = await joinedPushPullWorld();
    const { server, room } = world;
    const rtpParam = { ...videoParam, codec: 'THEORA' };
    await whenRead(room, () => {
      server.notify('newPusher', { ...user('bob'), pushers: [pusher('v1', { rtpParam })] });
    });
    expect(room.consumers.get('v1')).toMatchObject({ supported: false, track: null });
    expect(server.methods()).toEqual([]);
  });
});

describe('a consumer', () => {
  it('pauses at a server that announces the extension', async () => {
    const { room, server } = await joinedPushPullWorld({}, ['v1']);
    const consumer = room.consumers.get('v1')!;
    await consumer.pause();
    expect(consumer.track?.enabled).toBe(false);
    await consumer.resume();
    expect(consumer.track?.enabled).toBe(true);
    await consumer.close();
    const data = { roomId: 'r1', userId: 'alice', pusherIds: ['v1'] };
    expect(server.received).toEqual([
      { method: 'pausePull', data },
      { method: 'resumePull', data },
      { method: 'closeConsumer', data },
    ]);
  });

  it('pauses locally elsewhere', async () => {
    const { room, server, media } = await joinedPushPullWorld({ isRtcPilot: true }, ['v1']);
    const consumer = room.consumers.get('v1')!;
    await consumer.pause();
    expect(consumer.track?.enabled).toBe(false);
    await consumer.resume();
    await consumer.close();
    expect(server.methods()).toEqual([]);
    expect(media.counts).toMatchObject({ pulls: 0, consumers: 0 });
  });

  it('reverts a refused pause', async () => {
    const { room, server, said } = await joinedPushPullWorld({}, ['v1']);
    server.on('pausePull', () => {
      throw refusal('pusher not found v1');
    });
    const consumer = room.consumers.get('v1')!;
    await expect(consumer.pause()).rejects.toMatchObject({ code: 'requestRefused', serverCode: -1 });
    expect(consumer.paused).toBe(false);
    expect(said.at(-1)).toBe('consumerResumed v1 by=server');
  });

  it('closes although its pull has ended at the server before', async () => {
    const { room, server } = await joinedPushPullWorld({}, ['v1']);
    server.on('closeConsumer', () => {
      throw refusal('pusher not found v1');
    });
    await room.consumers.get('v1')!.close();
    expect(server.methods()).toEqual(['closeConsumer']);
  });

  it('is neither pulled nor paused before subscribing under consume: manual', async () => {
    const world = await joinedPushPullWorld({ room: { consume: 'manual' } }, ['v1', 'b-audio']);
    const { room, server, media } = world;
    const consumer = room.consumers.get('v1')!;
    expect(server.methods()).toEqual([]);
    await consumer.pause();
    expect(server.methods()).toEqual([]);
    await consumer.setSubscribed(true);
    // Paused from the start, as requested.
    expect(server.methods()).toEqual(['pull', 'pausePull']);
    await consumer.resume();
    await consumer.setSubscribed(false);
    await consumer.setSubscribed(true);
    expect(server.methods().slice(2)).toEqual(['resumePull', 'pausePull', 'resumePull']);
    expect(media.counts).toMatchObject({ pulls: 1, consumers: 1 });
  });

  it('rejects unsupported calls with a typed error and a hint', async () => {
    const { room } = await joinedPushPullWorld({}, ['v1']);
    const consumer = room.consumers.get('v1')!;
    const hint = expect.any(String) as string;
    await expect(consumer.setPreferredLayers({ spatialLayer: 0 })).rejects.toMatchObject({ code: 'unsupported', hint });
    await expect(consumer.setPriority(5)).rejects.toMatchObject({ code: 'unsupported', hint });
    await expect(consumer.requestKeyFrame()).rejects.toMatchObject({ code: 'unsupported', hint });
    await expect(consumer.getServerStats()).rejects.toMatchObject({ code: 'unsupported', hint });
    await expect(room.setDisplayName('Al')).rejects.toMatchObject({ code: 'unsupported', hint });
    await expect(room.produceData()).rejects.toMatchObject({ code: 'unsupported', hint });
    await expect(room.restartIce()).rejects.toMatchObject({ code: 'unsupported', hint });
    await expect(room.stats.getServer('recv')).rejects.toMatchObject({ code: 'unsupported', hint });
  });
});

describe('the state of a direction', () => {
  it('is the worst of its connections that carry a track', async () => {
    const { server, room, media } = await joinedPushPullWorld();
    const states: string[] = [];
    room.on('transportStateChanged', ({ direction, state }) => states.push(`${direction} ${state}`));
    await whenRead(room, () => {
      server.notify('newPusher', user('bob', 'v1'));
    });
    const first = media.session.pullConnection;
    await whenRead(room, () => {
      server.notify('newPusher', user('bob', 'v1', 'v2'));
    });
    expect(states).toEqual(['recv connecting', 'recv connected', 'recv connecting', 'recv connected']);
    states.length = 0;
    first.setConnectionState('disconnected');
    media.session.pullConnection.setConnectionState('connecting');
    expect(states).toEqual(['recv disconnected']);
    await whenRead(room, () => {
      server.notify('pusherClosed', { userId: 'bob', pusherIds: ['v1'] });
    });
    media.session.pullConnection.setConnectionState('connected');
    expect(states).toEqual(['recv disconnected', 'recv connecting', 'recv connected']);
    expect(await room.stats.get('recv')).toBeInstanceOf(Map);
    await whenRead(room, () => {
      server.notify('pusherClosed', { userId: 'bob', pusherIds: ['v2'] });
    });
    expect(states.at(-1)).toBe('recv new');
    expect(await room.stats.get('send')).toBeNull();
  });
});
