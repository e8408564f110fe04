import { describe, expect, it } from 'vitest';
import { fakeTrack, settle } from '../../test-support/roomWorld.ts';
import { pusher, pushPullWorld, user, type PushPullWorldOptions } from '../../test-support/pushPullWorld.ts';

/** Alice, joined; `bob` is there with what he pushes. */
async function joined(options: PushPullWorldOptions = {}, bobs: string[] = []) {
  const world = pushPullWorld(options);
  world.users.push(user('bob', ...bobs));
  await world.room.join({ displayName: 'Alice' });
  await settle();
  return world;
}

describe('join()', () => {
  it('says who and where in the message, nothing in the URL; tells peers, then what they push', async () => {
    const { server, said, room } = await joined({}, ['bob-video', 'bob-audio']);
    expect(server.connection.params).toEqual({});
    expect(server.received[0]).toMatchObject({
      method: 'join',
      data: { roomId: 'r1', userId: 'alice', userName: 'Alice' },
    });
    expect(said.slice(-3)).toEqual([
      'newPeer bob existing=true',
      'newConsumer bob-video bob',
      'newConsumer bob-audio bob',
    ]);
    expect(room.peers.get('bob')?.displayName).toBe('BOB');
  });
});

describe('what a user pushes', () => {
  it('is pulled over one connection, the sound first', async () => {
    const { server, media } = await joined({}, ['bob-video', 'bob-audio']);
    const pulls = server.received.filter(({ method }) => method === 'pull');
    expect(pulls).toHaveLength(1);
    expect(pulls[0]?.data).toMatchObject({
      roomId: 'r1',
      userId: 'alice',
      targetUserId: 'bob',
      sdp: { type: 'offer' },
      specs: [
        { type: 'audio', pusher_id: 'bob-audio', pusherId: 'bob-audio' },
        { type: 'video', pusher_id: 'bob-video', pusherId: 'bob-video' },
      ],
    });
    expect(media.counts).toMatchObject({ pulls: 1, consumers: 2 });
  });

  it('is told once, however often the list repeats it', async () => {
    const { server, said } = await joined();
    said.length = 0;
    server.notify('newPusher', { roomId: 'r1', userId: 'bob', userName: 'BOB', pushers: [pusher('v1')] });
    server.notify('newPusher', { roomId: 'r1', userId: 'bob', userName: 'BOB', pushers: [pusher('v1'), pusher('v2')] });
    await settle();
    expect(said).toEqual(['newConsumer v1 bob', 'newConsumer v2 bob']);
  });
});

describe('produce()', () => {
  it('pushes each track by itself, under the name that the server gives', async () => {
    const { room, server, media } = await joined();
    const producer = await room.produce(fakeTrack('video'), { source: 'camera' });
    expect(producer.id).toBe('own-1');
    expect(server.received.at(-1)).toMatchObject({
      method: 'push',
      data: { roomId: 'r1', userId: 'alice', sdp: { type: 'offer' }, source: 'camera' },
    });
    await room.produce(fakeTrack('audio'));
    expect(media.counts).toMatchObject({ pushes: 2, producers: 2 });
  });
});
