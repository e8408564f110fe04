import { describe, expect, it } from 'vitest';
import { joinedPushPullWorld, pusher, user } from '@tureen/testkit/scripted/pushPullWorld';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { whenRead } from '@tureen/testkit/scripted/waits';

describe('a joining user', () => {
  it.each([
    ['newUser with a list', 'newUser', [user('carol')]],
    ['newUser bare', 'newUser', user('carol')],
    ['newUser of a number, without a name', 'newUser', [{ userId: 7 }]],
    ['newPusher of an unknown user', 'newPusher', { userId: 'carol', userName: 'Carol', pushers: [] }],
    ['userReConnect of an unknown user', 'userReConnect', { userId: 'carol' }],
  ])('is emitted: %s', async (_what, method, data) => {
    const { room, server, said } = await joinedPushPullWorld();
    await whenRead(room, () => {
      server.notify(method, data);
    });
    const id = method === 'newUser' && JSON.stringify(data).includes('7') ? '7' : 'carol';
    expect(said).toEqual([`newPeer ${id} existing=false`]);
  });

  it('is emitted with its pushers, as other servers list them', async () => {
    const { server, said } = await joinedPushPullWorld();
    server.notify('newUser', [user('carol', 'c-audio', 'c-video')]);
    await said.reaches(3);
    expect(said).toEqual(['newPeer carol existing=false', 'newConsumer c-audio carol', 'newConsumer c-video carol']);
    expect(server.methods()).toEqual(['pull']);
  });

  it('has dialect and appData where the server sends them', async () => {
    const { server, room } = await joinedPushPullWorld();
    await whenRead(room, () => {
      server.notify('newUser', [{ ...user('carol'), dialect: 'mediasoup-v3', appData: { team: 8 } }]);
    });
    expect(room.peers.get('carol')).toMatchObject({ dialect: 'mediasoup-v3', appData: { team: 8 } });
  });

  it('is not emitted twice, and never for the own user', async () => {
    const { server, said } = await joinedPushPullWorld();
    server.notify('newUser', [user('bob')]);
    server.notify('newUser', [user('alice')]);
    server.notify('newPusher', user('alice', 'mine'));
    server.notify('userReConnect', { userId: 'alice' });
    server.notify('userDisconnect', { userId: 'alice' });
    server.notify('userLeave', { userId: 'alice' });
    await expectUnchanged(() => said, []);
  });
});

describe('a pusher', () => {
  it('is emitted once, however often the list repeats it', async () => {
    const { server, said } = await joinedPushPullWorld();
    server.notify('newPusher', { roomId: 'r1', ...user('bob', 'v1') });
    server.notify('newPusher', { roomId: 'r1', ...user('bob', 'v1', 'v2') });
    server.notify('newPushers', [user('bob', 'v2'), user('bob', 'v3')]);
    await said.reaches(3);
    expect(said).toEqual(['newConsumer v1 bob', 'newConsumer v2 bob', 'newConsumer v3 bob']);
  });

  it('has its source, appData and pause', async () => {
    const { server, room } = await joinedPushPullWorld();
    const details = { source: 'screen', appData: { slide: 3 }, paused: true };
    await whenRead(room, () => {
      server.notify('newPusher', { ...user('bob'), pushers: [pusher('v1', details), pusher('v2')] });
    });
    expect(room.consumers.get('v1')).toMatchObject({
      source: 'screen',
      appData: { slide: 3 },
      remotePaused: true,
      kind: 'video',
      producerId: 'v1',
    });
    expect(room.consumers.get('v2')).toMatchObject({ source: 'unknown', remotePaused: false });
  });

  it('is closed, paused and resumed by id', async () => {
    const { server, said, media } = await joinedPushPullWorld({}, ['v1', 'v2']);
    server.notify('pusherPaused', { userId: 'bob', pusherIds: ['v1', 'v2'] });
    server.notify('pusherPaused', { userId: 'bob', pusherId: 'v1' });
    server.notify('pusherResumed', { userId: 'bob', pusherIds: ['v1'], by: 'server' });
    server.notify('pusherClosed', { userId: 'bob', pusherIds: ['v1', 'unknown'], reason: 'done' });
    await said.reaches(4);
    expect(said).toEqual([
      'consumerPaused v1 by=remote',
      'consumerPaused v2 by=remote',
      'consumerResumed v1 by=server',
      'consumerClosed v1 remote done',
    ]);
    expect(media.counts).toMatchObject({ consumers: 1, pulls: 1 });
  });

  it('is not emitted when it was closed before', async () => {
    const { server, said } = await joinedPushPullWorld();
    server.notify('pusherClosed', { userId: 'bob', pusherIds: ['v1'] });
    server.notify('newPusher', user('bob', 'v1'));
    await expectUnchanged(() => said, []);
  });
});

describe('a leaving user', () => {
  it.each([
    ['userLeave', { roomId: 'r1', userId: 'bob' }],
    ['userLeave', 'bob'],
    ['userLeave', [{ userId: 'bob' }]],
    ['userLeft', ['bob']],
    ['userLeft', 'bob'],
    ['userLeft', { userId: 'bob' }],
    ['USERLEFT', ['bob', 'stranger', 7]],
  ])('is emitted: %s %j', async (method, data) => {
    const { server, said, media } = await joinedPushPullWorld({}, ['v1']);
    server.connection.send({ kind: 'notification', method, data });
    await said.reaches(2);
    expect(said).toEqual(['consumerClosed v1 remote', 'peerClosed bob remote']);
    expect(media.counts).toMatchObject({ pulls: 0, consumers: 0 });
  });

  it('is emitted once, with the reason where present, and can join again', async () => {
    const { server, said } = await joinedPushPullWorld();
    server.notify('userLeave', { userId: 'bob', reason: 'kicked' });
    server.notify('userLeave', { userId: 'bob' });
    server.notify('newUser', [user('bob', 'v1')]);
    await said.reaches(3);
    expect(said).toEqual(['peerClosed bob kicked', 'newPeer bob existing=false', 'newConsumer v1 bob']);
  });

  it('can reconnect', async () => {
    const { server, said } = await joinedPushPullWorld();
    server.notify('userDisconnect', { roomId: 'r1', userId: 'bob' });
    server.notify('userDisconnect', { roomId: 'r1', userId: 'stranger' });
    server.notify('userReConnect', { roomId: 'r1', userId: 'bob', userName: 'Bob' });
    server.notify('userDisconnect', { userId: 'bob' });
    server.notify('userReconnect', { userId: 'bob' });
    await said.reaches(4);
    expect(said).toEqual([
      'peerReconnecting bob',
      'peerReconnected bob',
      'peerReconnecting bob',
      'peerReconnected bob',
    ]);
  });
});

describe('a text message', () => {
  it('names its author, and is sent under the own user name', async () => {
    const { server, said, room } = await joinedPushPullWorld({ isRtcPilot: true });
    server.notify('textMessage', { roomId: 'r1', userId: 'bob', userName: 'Bob', message: 'hello' });
    server.notify('textMessage', { roomId: 'r1', userId: 'bob_input', userName: 'Bob', message: 'said aloud' });
    await said.reaches(1);
    expect(said).toEqual(['textMessage bob hello']);
    await room.sendText('hi');
    await server.receives(1);
    expect(server.received).toEqual([
      { method: 'textMessage', data: { roomId: 'r1', userId: 'alice', userName: 'Alice', message: 'hi' } },
    ]);
  });
});

describe('malformed notifications', () => {
  it.each<[string, unknown]>([
    ['newUser', undefined],
    ['newUser', 7],
    ['newUser', [null, user('carol')]],
    ['newUser', [{ userName: 'Carol' }]],
    ['newPusher', { userId: 'bob', pushers: {} }],
    ['newPusher', { userId: 'bob', pushers: [{ pusherId: 'v1', rtpParam: { codec: 'H264' } }] }],
    ['userDisconnect', ['bob']],
    ['userReConnect', {}],
    ['userLeave', {}],
    ['userLeft', null],
    ['textMessage', { userId: 'bob' }],
    ['pusherClosed', { userId: 'bob', pusherIds: 'v' }],
    ['pusherPaused', { pusherIds: ['v'] }],
    ['pusherResumed', 'v'],
    ['telepathy', { of: 'thoughts' }],
    ['join', { roomId: 'r1' }],
    ['constructor', {}],
  ])('are dropped, and leave the room usable: %s %j', async (method, data) => {
    const { server, said, room } = await joinedPushPullWorld();
    server.connection.send({ kind: 'notification', method, data });
    await expectUnchanged(() => said, []);
    server.notify('newUser', [user('zoe', 'z-video')]);
    await said.reaches(2);
    expect(said).toEqual(['newPeer zoe existing=false', 'newConsumer z-video zoe']);
    expect(room.state).toBe('joined');
  });
});

describe('a request of the server', () => {
  it('gets a response: ping, a notification sent as a request, and an unknown method', async () => {
    const { server, said } = await joinedPushPullWorld();
    expect(await server.ask('ping')).toMatchObject({ ok: true, data: { pong: true } });
    expect(await server.ask('newUser', [user('carol')])).toMatchObject({ ok: true });
    expect(said).toEqual(['newPeer carol existing=false']);
    expect(await server.ask('telepathy')).toMatchObject({
      ok: false,
      errorCode: -1,
      errorReason: 'unknown request.method "telepathy"',
    });
  });
});
