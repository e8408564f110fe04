import { describe, expect, it } from 'vitest';
import { TureenError } from '../../shared/errors.ts';
import { joinedPushPullWorld, refusal } from '@tureen/testkit/scripted/pushPullWorld';
import { fakeTrack, pass } from '@tureen/testkit/scripted/roomWorld';

const who = { roomId: 'r1', userId: 'alice' };

describe('produce()', () => {
  it('pushes each track separately, under the id that the server assigns', async () => {
    const { room, server, media } = await joinedPushPullWorld();
    const producer = await room.produce(fakeTrack('video'), { source: 'camera', appData: { zoom: 2 }, paused: true });
    expect(producer).toMatchObject({ id: 'own-1', paused: true });
    expect(server.received).toEqual([
      {
        method: 'push',
        data: {
          ...who,
          sdp: { type: 'offer', sdp: expect.any(String) as string },
          source: 'camera',
          appData: { zoom: 2, source: 'camera' },
          paused: true,
        },
      },
    ]);
    await Promise.all([room.produce(fakeTrack('audio')), room.produce(fakeTrack('video'))]);
    expect(media.counts).toMatchObject({ pushes: 3, producers: 3 });
    expect([...room.producers.values()].map(({ id }) => id)).toEqual(['own-1', 'own-2', 'own-3']);
  });

  it('sends RTCPilot only fields that it knows, and generates missing ids', async () => {
    const { room, server } = await joinedPushPullWorld({ isRtcPilot: true });
    const producer = await room.produce(fakeTrack('video'), { source: 'camera', paused: true });
    await room.produce(fakeTrack('audio'));
    expect(Object.keys(server.received[0]?.data ?? {}).toSorted()).toEqual(['roomId', 'sdp', 'userId']);
    expect([...room.producers.values()].map(({ id }) => id)).toEqual(['alice/1', 'alice/2']);
    expect(producer.paused).toBe(true);
    expect(server.methods()).toEqual(['push', 'push']);
  });

  it.each([
    ['a refusal', () => Promise.reject(refusal('handle push sdp failed')), 'requestRefused'],
    ['a code in a granted answer', () => ({ code: 3, message: 'no' }), 'requestRefused'],
    ['an answer without SDP', () => ({ code: 0 }), 'badResponse'],
    ['a pusher without a name', () => ({ sdp: 'v=0', pushers: [{}] }), 'badResponse'],
  ] as const)('rejects on %s, and leaves the room usable', async (_what, answer, code) => {
    const { room, server, media } = await joinedPushPullWorld();
    server.on('push', answer);
    await expect(room.produce(fakeTrack('video'))).rejects.toMatchObject({ code, method: 'push' });
    expect(media.counts).toMatchObject({ pushes: 0, producers: 0, waiting: 0 });
    server.on('push', () => ({ code: 0, sdp: 'v=0' }));
    await room.produce(fakeTrack('video'));
    expect(room.state).toBe('joined');
  });

  it('rejects without a response', async () => {
    const { room, server, clock, media } = await joinedPushPullWorld({ heartbeatMs: 100_000 });
    server.on('push', () => new Promise(() => {}));
    const producing = expect(room.produce(fakeTrack('video'))).rejects.toMatchObject({ code: 'requestTimeout' });
    await server.sent('push');
    await pass(clock, 20_000);
    await producing;
    expect(media.counts).toMatchObject({ pushes: 0, waiting: 0 });
  });

  it('rejects for a codec that neither side has', async () => {
    const { room, media } = await joinedPushPullWorld();
    await expect(room.produce(fakeTrack('video'), { codec: 'video/THEORA' })).rejects.toMatchObject({
      code: 'unsupportedCodec',
    });
    media.failNext('produce', new TureenError('unsupportedCodec', 'H264 is refused'));
    await expect(room.produce(fakeTrack('video'))).rejects.toMatchObject({ message: 'H264 is refused' });
  });

  it('rejects for the audience', async () => {
    const { room, server } = await joinedPushPullWorld({ audience: true });
    await expect(room.produce(fakeTrack('video'))).rejects.toMatchObject({
      code: 'unsupported',
      hint: expect.stringContaining('audience') as string,
    });
    expect(server.methods()).toEqual([]);
  });
});

describe('a producer', () => {
  it('pauses, resumes and closes at a server that announces the extensions', async () => {
    const { room, server, media } = await joinedPushPullWorld();
    const producer = await room.produce(fakeTrack('video'));
    server.received.length = 0;
    await producer.pause();
    await producer.resume();
    await producer.close();
    const data = { ...who, pusherIds: ['own-1'] };
    expect(server.received).toEqual([
      { method: 'pausePush', data },
      { method: 'resumePush', data },
      { method: 'unpush', data },
    ]);
    expect(media.counts).toMatchObject({ pushes: 0, producers: 0 });
  });

  it('pauses, resumes and closes locally elsewhere, without messages', async () => {
    const { room, server, media, said } = await joinedPushPullWorld({ isRtcPilot: true });
    const producer = await room.produce(fakeTrack('video'));
    server.received.length = 0;
    await producer.pause();
    await producer.resume();
    await producer.close();
    expect(server.received).toEqual([]);
    expect(said).toEqual([
      'producerPaused alice/1 by=local',
      'producerResumed alice/1 by=local',
      'producerClosed alice/1 by=local local',
    ]);
    expect(media.counts).toMatchObject({ pushes: 0, producers: 0 });
  });

  it('reverts a refused pause', async () => {
    const { room, server } = await joinedPushPullWorld();
    const producer = await room.produce(fakeTrack('video'));
    server.on('pausePush', () => {
      throw refusal('pusher not found own-1');
    });
    await expect(producer.pause()).rejects.toMatchObject({ code: 'requestRefused', serverCode: -1 });
    expect(producer.paused).toBe(false);
  });

  it('closes although its push has ended at the server before; another refusal is reported', async () => {
    const { room, server } = await joinedPushPullWorld();
    const [one, other] = [await room.produce(fakeTrack('video')), await room.produce(fakeTrack('video'))];
    server.on('unpush', () => {
      throw refusal('pusher not found own-1');
    });
    await one.close();
    server.on('unpush', () => {
      throw refusal('disabled');
    });
    await expect(other.close()).rejects.toMatchObject({ code: 'requestRefused', message: 'disabled' });
  });

  it('is paused, resumed and closed by the server', async () => {
    const { room, server, said, media } = await joinedPushPullWorld();
    await room.produce(fakeTrack('video'));
    server.notify('pusherPaused', { userId: 'alice', pusherIds: ['own-1'] });
    server.notify('pusherResumed', { userId: 'alice', pusherIds: ['own-1'], by: 'remote' });
    server.notify('pusherClosed', { userId: 'alice', pusherIds: ['own-1'], by: 'server', reason: 'kicked' });
    server.notify('pusherClosed', { userId: 'alice', pusherIds: ['own-1'] });
    await said.reaches(3);
    expect(said).toEqual([
      'producerPaused own-1 by=server',
      'producerResumed own-1 by=remote',
      'producerClosed own-1 by=server kicked',
    ]);
    expect(media.counts).toMatchObject({ pushes: 0, producers: 0 });
  });

  it('ends its push when it closes while being pushed', async () => {
    const { room, server, media } = await joinedPushPullWorld();
    const hold = media.hold('produce');
    const producing = room.produce(fakeTrack('video')).catch((error: unknown) => error);
    await hold.reached();
    const [producer] = room.producers.values();
    const closing = producer?.close();
    hold.release();
    await closing;
    expect(await producing).toMatchObject({ code: 'closed' });
    await server.receives(2);
    expect(server.methods()).toEqual(['push', 'unpush']);
    expect(media.counts).toMatchObject({ pushes: 0, producers: 0, waiting: 0 });
  });
});
