import { EXTENSIONS } from '@tureen/protocol/push-pull';
import { describe, expect, it } from 'vitest';
import { joinedPushPullWorld, pusher, pushPullWorld, refusal, user } from '@tureen/testkit/scripted/pushPullWorld';

describe('join()', () => {
  it('names user and room in the message and nothing in the URL, and emits peers, then their pushers', async () => {
    const { server, said, room, users } = pushPullWorld();
    users.push(user('bob', 'bob-video', 'bob-audio'));
    await room.join({ displayName: 'Alice', appData: { team: 7 } });
    await said.reaches(5);
    expect(server.connection.params).toEqual({});
    expect(server.received[0]).toEqual({
      method: 'join',
      data: { roomId: 'r1', userId: 'alice', userName: 'Alice', extensions: EXTENSIONS, appData: { team: 7 } },
    });
    expect(said.slice(-3)).toEqual([
      'newPeer bob existing=true',
      'newConsumer bob-audio bob',
      'newConsumer bob-video bob',
    ]);
    expect(room.peers.get('bob')?.displayName).toBe('BOB');
  });

  it('does not wait for pulls', async () => {
    const { server, said, room, users } = pushPullWorld();
    users.push(user('bob', 'bob-video'));
    server.on('pull', () => new Promise(() => {}));
    await room.join();
    expect(said.at(-1)).toBe('newPeer bob existing=true');
  });

  it('sends no extensions in profile rtcpilot, and the token and role of audience where set', async () => {
    const { server, room } = pushPullWorld({
      profile: 'rtcpilot',
      isRtcPilot: true,
      roomToken: 'secret',
      audience: true,
    });
    await room.join({ appData: { team: 7 } });
    expect(server.received[0]?.data).toEqual({
      roomId: 'r1',
      userId: 'alice',
      userName: 'alice',
      roomToken: 'secret',
      audience: true,
    });
  });

  it('reads a list with the own user, duplicate users, numbers as ids, and users without pushers', async () => {
    const { room, users, said } = pushPullWorld();
    users.push(user('alice', 'mine'), user('bob'), user('bob', 'v1'), { userId: 5860 });
    await room.join();
    await said.reaches(5);
    expect([...room.peers.keys()]).toEqual(['bob', '5860']);
    expect([...room.consumers.keys()]).toEqual(['v1']);
    expect(said.filter((line) => line.startsWith('newPeer'))).toHaveLength(2);
  });

  it('emits notifications that arrived before the response after it, once each', async () => {
    const { server, room, users, said } = pushPullWorld();
    users.push(user('bob', 'v1'));
    server.on('join', () => {
      server.notify('newUser', [user('bob', 'v1')]);
      server.notify('newPusher', user('bob', 'v1', 'v2'));
      server.notify('newUser', [user('carol')]);
      server.notify('userLeave', { userId: 'dave' });
      return { code: 0, users };
    });
    await room.join();
    await said.reaches(6);
    expect(said.slice(2).filter((line) => line.startsWith('newPeer') || line.startsWith('peerClosed'))).toEqual([
      'newPeer bob existing=true',
      'newPeer carol existing=false',
    ]);
    expect([...room.consumers.keys()]).toEqual(['v1', 'v2']);
  });

  it('adds the extensions of the server to the capabilities', async () => {
    const ours = await joinedPushPullWorld();
    expect(ours.room.capabilities).toEqual({
      dataChannels: false,
      text: true,
      displayName: false,
      layers: 'none',
      priority: false,
      keyFrameRequest: false,
      scores: false,
      serverStats: false,
      remotePause: true,
      closeConsumer: true,
      recovery: { iceRestart: false, rebuildSend: true, rebuildRecv: true },
    });
    const pilot = await joinedPushPullWorld({ isRtcPilot: true });
    expect(pilot.room.capabilities).toMatchObject({ text: true, remotePause: false, closeConsumer: false });
  });

  it.each([
    ['a refusal', () => Promise.reject(refusal('user join failed')), 'requestRefused', 'user join failed', -1],
    ['a refusal in a granted answer', () => ({ code: 7, message: 'full' }), 'requestRefused', 'full', 7],
    ['a malformed answer', () => ({ code: 0, users: 'many' }), 'badResponse', 'users: Expected Array', undefined],
    [
      'an answer with half a pusher',
      () => ({ users: [{ userId: 'b', pushers: [{ pusherId: 'p' }] }] }),
      'badResponse',
      'rtpParam',
      undefined,
    ],
  ] as const)('rejects on %s, and leaks nothing', async (_what, answer, code, words, serverCode) => {
    const { server, room, media, clock } = pushPullWorld();
    server.on('join', answer);
    const error: unknown = await room.join().catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code,
      method: 'join',
      serverCode,
      message: expect.stringContaining(words) as string,
    });
    expect(room.state).toBe('failed');
    expect(media.counts.sessions).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('rejects with requestTimeout without a response', async () => {
    const { server, room, clock, media } = pushPullWorld();
    server.on('join', () => new Promise(() => {}));
    const joining = expect(room.join()).rejects.toMatchObject({ code: 'requestTimeout', method: 'join' });
    await server.sent('join');
    clock.advance(20_000);
    await joining;
    expect(clock.pending).toBe(0);
    expect(media.counts.sessions).toBe(0);
  });

  it('rejects with closed when the room is left, and leaks nothing', async () => {
    const { server, room, media, clock } = pushPullWorld();
    server.on('join', () => new Promise(() => {}));
    const joining = expect(room.join()).rejects.toMatchObject({ code: 'closed' });
    await server.got('join');
    await room.leave();
    await joining;
    expect(media.counts).toMatchObject({ sessions: 0, waiting: 0 });
    expect(clock.pending).toBe(0);
  });
});

describe('leave()', () => {
  it('sends a request to a server that announces it, and stops the heartbeats', async () => {
    const { room, server, clock, media } = await joinedPushPullWorld({}, ['v1']);
    await room.leave();
    expect(server.received.at(-1)).toEqual({ method: 'leave', data: { roomId: 'r1', userId: 'alice' } });
    expect(server.connection.closed).toBe(true);
    expect(media.counts).toMatchObject({ sessions: 0, pulls: 0, consumers: 0 });
    expect(clock.pending).toBe(0);
  });

  it('sends a notification to other servers, without waiting', async () => {
    const { room, server, clock } = await joinedPushPullWorld({ isRtcPilot: true });
    await room.leave();
    await server.receives(1);
    expect(server.methods()).toEqual(['leave']);
    expect(server.connection.closed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('allows another join, under the same id and without a token', async () => {
    const { room, server } = await joinedPushPullWorld();
    await room.leave();
    await room.join();
    const { data } = server.received.at(-1) ?? {};
    expect(data).toMatchObject({ userId: 'alice' });
    expect(data).not.toHaveProperty('resumeToken');
  });
});

describe('a room that was left', () => {
  it('ignores late notifications', async () => {
    const { room, server, said } = await joinedPushPullWorld();
    const { connection } = server;
    server.on('leave', () => {
      connection.send({ kind: 'notification', method: 'newUser', data: [user('zoe')] });
      connection.send({ kind: 'notification', method: 'newPusher', data: { userId: 'bob', pushers: [pusher('v')] } });
      return {};
    });
    await room.leave();
    expect(said.at(-1)).toBe('left left');
    expect(room.peers.size).toBe(0);
  });
});
