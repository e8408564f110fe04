import { describe, expect, it } from 'vitest';
import { joinedPushPullWorld, user } from '@tureen/testkit/scripted/pushPullWorld';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { whenAnswered, whenDisconnected, whenRead } from '@tureen/testkit/scripted/waits';

const pilot = (...bobs: string[]) => joinedPushPullWorld({ profile: 'rtcpilot', isRtcPilot: true }, bobs);

describe('a peer that rejoins under a fresh id', () => {
  it('keeps its peer object, with other consumers', async () => {
    const { server, said, room, media } = await pilot('b-audio', 'b-video');
    const bob = room.peers.get('bob');
    server.notify('userDisconnect', { userId: 'bob' });
    server.notify('newUser', [user('bob~2')]);
    server.notify('newPusher', user('bob~2', 'b2-audio', 'b2-video'));
    await said.reaches(6);
    expect(said).toEqual([
      'peerReconnecting bob',
      'consumerClosed b-audio replaced',
      'consumerClosed b-video replaced',
      'peerReconnected bob',
      'newConsumer b2-audio bob',
      'newConsumer b2-video bob',
    ]);
    expect([...room.peers.values()]).toEqual([bob]);
    expect([...bob!.consumers.keys()]).toEqual(['b2-audio', 'b2-video']);
    expect(server.received.at(-1)).toMatchObject({ method: 'pull', data: { targetUserId: 'bob~2' } });
    expect(media.counts).toMatchObject({ consumers: 2 });
  });

  it('survives the end of the former user id', async () => {
    const { server, said, room } = await pilot('b-video');
    server.notify('userDisconnect', { userId: 'bob' });
    await whenRead(room, () => {
      server.notify('newUser', [user('bob~2', 'b2-video')]);
    });
    said.length = 0;
    server.notify('userDisconnect', { userId: 'bob' });
    server.notify('userLeave', { userId: 'bob' });
    server.notify('userLeft', ['bob']);
    await expectUnchanged(() => said, []);
    expect(room.peers.get('bob')?.consumers.has('b2-video')).toBe(true);
    server.notify('userLeave', { userId: 'bob~2' });
    await said.reaches(2);
    expect(said).toEqual(['consumerClosed b2-video remote', 'peerClosed bob remote']);
    server.notify('newUser', [user('bob')]);
    await whenRead(room, () => {
      server.notify('newUser', [user('bob~2')]);
    });
    expect([...room.peers.keys()]).toEqual(['bob', 'bob~2']);
  });

  it('can rejoin repeatedly', async () => {
    const { server, said, room } = await pilot();
    const bob = room.peers.get('bob');
    for (const [before, after] of [
      ['bob', 'bob~2'],
      ['bob~2', 'bob~3'],
      ['bob~3', 'bob~12'],
    ] as const) {
      server.notify('userDisconnect', { userId: before });
      server.notify('newUser', [user(after, `${after}-video`)]);
      await whenRead(room, () => {
        server.notify('userLeave', { userId: before });
      });
    }
    expect(said.filter((line) => /^(newPeer|peerClosed)/.test(line))).toEqual([]);
    expect([...room.peers.values()]).toEqual([bob]);
    expect([...bob!.consumers.keys()]).toEqual(['bob~12-video']);
  });

  it('can rejoin under its first id, whether or not the server lists it still', async () => {
    for (const [method, data] of [
      ['newUser', [user('bob', 'again-video')]],
      ['userReConnect', { userId: 'bob', userName: 'Bob' }],
    ] as const) {
      const { server, said, room } = await pilot();
      server.notify('userDisconnect', { userId: 'bob' });
      server.notify('newUser', [user('bob~2', 'b2-video')]);
      server.notify('userDisconnect', { userId: 'bob~2' });
      server.notify(method, data);
      server.notify('newPusher', user('bob', 'again-video'));
      await whenRead(room, () => {
        server.notify('userLeave', { userId: 'bob~2' });
      });
      expect([...room.peers.keys()]).toEqual(['bob']);
      expect([...room.consumers.keys()]).toEqual(['again-video']);
      expect(said.filter((line) => line.startsWith('peerReconnected'))).toHaveLength(2);
    }
  });

  it.each([
    ['newPusher', user('bob~2', 'b2-video')],
    ['userReConnect', { userId: 'bob~2' }],
  ])('is also found by %s', async (method, data) => {
    const { server, said } = await pilot();
    server.notify('userDisconnect', { userId: 'bob' });
    server.notify(method, data);
    await said.reaches(2);
    expect(said.slice(0, 2)).toEqual(['peerReconnecting bob', 'peerReconnected bob']);
  });

  it('sends and receives text as the same peer', async () => {
    const { room, server, said } = await pilot();
    server.notify('userDisconnect', { userId: 'bob' });
    server.notify('newUser', [user('bob~2')]);
    server.notify('textMessage', { userId: 'bob~2', userName: 'Bob', message: 'back' });
    await whenRead(room, () => {
      server.notify('textMessage', { userId: 'bob', userName: 'Bob', message: 'late' });
    });
    expect(said.slice(-2)).toEqual(['textMessage bob back', 'textMessage bob late']);
  });

  it('stays the same peer after a connection loss of the local room', async () => {
    const { server, said, room, users, clock } = await pilot();
    const bob = room.peers.get('bob');
    server.notify('userDisconnect', { userId: 'bob' });
    await whenRead(room, () => {
      server.notify('newUser', [user('bob~2')]);
    });
    users.splice(0, 1, user('alice'), user('bob', 'dead-video'), user('bob~2', 'b2-video'));
    said.length = 0;
    await whenDisconnected(room, () => {
      server.drop();
    });
    const consumed = room.waitFor('newConsumer');
    clock.advance(1000);
    await consumed;
    expect([...room.peers.values()]).toEqual([bob]);
    expect([...room.consumers.keys()]).toEqual(['b2-video']);
    expect(said.filter((line) => /^(newPeer|peerClosed)/.test(line))).toEqual([]);
  });

  it('stays the same peer when both were disconnected', async () => {
    const { server, room, users, clock } = await pilot('b-video');
    const bob = room.peers.get('bob');
    await whenRead(room, () => {
      server.notify('userDisconnect', { userId: 'bob' });
    });
    users.splice(0, 1, user('alice'), user('bob', 'b-video'), user('bob~2', 'b2-video'));
    await whenDisconnected(room, () => {
      server.drop();
    });
    const reconnected = room.waitFor('reconnected');
    await whenAnswered(room, 'pull', () => {
      clock.advance(1000);
    });
    await reconnected;
    expect([...room.peers.values()]).toEqual([bob]);
    expect([...room.consumers.keys()]).toEqual(['b2-video']);
  });

  it('stays bob~2 when it first appeared as bob~2', async () => {
    const { server, room } = await pilot();
    server.notify('newUser', [user('bob~2')]);
    server.notify('userDisconnect', { userId: 'bob~2' });
    await whenRead(room, () => {
      server.notify('newUser', [user('bob~3')]);
    });
    expect([...room.peers.keys()]).toEqual(['bob', 'bob~2']);
  });
});

describe('a separate peer', () => {
  it.each([
    ['bob~2 while bob is not reconnecting', [], 'bob~2'],
    ['bob~2 after bob has reconnected', ['userDisconnect', 'userReConnect'], 'bob~2'],
    ['carol~2, where carol is not reconnecting', ['userDisconnect'], 'carol~2'],
    ['bob~1', ['userDisconnect'], 'bob~1'],
    ['bob~02', ['userDisconnect'], 'bob~02'],
    ['bob~x', ['userDisconnect'], 'bob~x'],
    ['bobby', ['userDisconnect'], 'bobby'],
  ])('is %s', async (_what, before, userId) => {
    const { server, room } = await pilot();
    for (const method of before) server.notify(method, { userId: 'bob' });
    await whenRead(room, () => {
      server.notify('newUser', [user(userId)]);
    });
    expect([...room.peers.keys()]).toEqual(['bob', userId]);
  });

  it('is bob~2 where only a resume token restores bob', async () => {
    const { server, room } = await joinedPushPullWorld();
    server.notify('userDisconnect', { userId: 'bob' });
    await whenRead(room, () => {
      server.notify('newUser', [user('bob~2')]);
    });
    expect([...room.peers.keys()]).toEqual(['bob', 'bob~2']);
  });
});
