import { describe, expect, it } from 'vitest';
import { mediasoupV2, mediasoupV3 } from '@tureen/client';
import { FakeEngine } from '@tureen/client/testing';
import { GenuineServer } from '@tureen/testkit/genuine-v2/GenuineServer';
import { pushPullWorld, user } from '@tureen/testkit/scripted/pushPullWorld';
import { roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { v2Dialects, v2World } from '@tureen/testkit/scripted/v2World';

/**
 * Messages that servers send before their response to `join`. The channel holds these messages until the room has joined, so a
 * server that waits for a response to one of them blocks. None of the servers named here does: by their source, each accepts the
 * join before it sends a request.
 */

describe('notifications before the response to join in mediasoup-v3', () => {
  it.each([
    // On the connection. The estimate of the receive transport, which some clients connect before the join.
    ['mediasoup-demo of 2024', 'classic', 'mediasoup-version'],
    ['mediasoup-demo of 2026', 'notify', 'mediasoupVersion'],
  ] as const)('are emitted after the peers, from %s', async (_program, variant, method) => {
    const { server, room, said } = roomWorld({ dialect: mediasoupV3({ engine: new FakeEngine(), variant }) });
    const bwe = { desiredBitrate: 1, effectiveDesiredBitrate: 2, availableBitrate: 3 };
    server.on('getRouterRtpCapabilities', (data) => {
      server.notify(method, { version: '3.14.0' });
      return server.answerOf('getRouterRtpCapabilities', data);
    });
    server.on('join', () => {
      server.notify('downlinkBwe', bwe);
      server.notify('newPeer', { id: 'late', displayName: 'Late' });
      return { peers: [{ id: 'bob', displayName: 'Bob' }] };
    });
    await room.join();
    await said.reaches(7);
    expect(said.slice(3)).toEqual([
      'newPeer bob existing=true',
      'serverVersion 3.14.0',
      'downlinkBwe 1 2 3',
      'newPeer late existing=false',
    ]);
  });
});

describe.each(v2Dialects)('notifications before the response to join in %s', (name) => {
  // protoo-server 2 sends them as requests, and handles a missing response.
  it.each(['notification', 'request'] as const)('are emitted after the peers, as a %s', async (envelope) => {
    const { server, room, said, word } = v2World(name);
    server.envelope = envelope;
    const join = word('join');
    server.on(join, () => {
      // The app of a mediasoup 2 server sends these to every connection, joined or not.
      server.send('active-speaker', { peerName: 'bob' });
      server.send('display-name-changed', { peerName: 'bob', displayName: 'Robert' });
      server.notify(word('newPeer'), { name: 'late' });
      return { ...(server.answerOf(join) as object), peers: [{ name: 'bob' }] };
    });
    await room.join();
    await said.reaches(7);
    expect(said.slice(3)).toEqual([
      'newPeer bob existing=true',
      'activeSpeaker bob isLocal=false',
      'peerDisplayNameChanged bob bob',
      'newPeer late existing=false',
    ]);
  });

  it('are answered after the join where they are requests', async () => {
    const { server, room, word } = v2World(name);
    const join = word('join');
    let response: Promise<unknown> | undefined;
    server.on(join, () => {
      response = server.ask('mediasoup-notification', { method: word('newPeer'), notification: true, name: 'bob' });
      return server.answerOf(join);
    });
    await room.join();
    expect(await response).toMatchObject({ ok: true });
    expect([...room.peers.keys()]).toEqual(['bob']);
  });
});

describe('the genuine mediasoup 2', () => {
  it.each(['protoo 2', 'protoo 3'] as const)('sends nothing before its response to join, over %s', async (carrier) => {
    const genuine = new GenuineServer({ carrier });
    const rooms = ['alice', 'bob'].map(
      (peerId) =>
        roomWorld({ peerId, dialect: mediasoupV2({ engine: new FakeEngine() }), transport: genuine.transport }).room,
    );
    for (const room of rooms) await room.join();
    for (const { peerId } of rooms) {
      const frames = genuine.framesOf(peerId).filter(({ from }) => from === 'server');
      const joined = frames.findIndex(({ kind, method }) => kind === 'response' && method === 'join');
      expect(frames.slice(0, joined).map(({ kind }) => kind)).toEqual(frames.slice(0, joined).map(() => 'response'));
      expect(joined).toBeGreaterThanOrEqual(0);
    }
    await Promise.all(rooms.map((room) => room.leave()));
  });
});

describe('messages before the response to join in push-pull', () => {
  it('are emitted after the users, and a ping is answered at once', async () => {
    const { server, room, said, users } = pushPullWorld();
    users.push(user('bob'));
    let pong: unknown;
    server.on('join', async () => {
      server.notify('newUser', [{ userId: 'late', userName: 'LATE', pushers: [] }]);
      pong = await server.ask('ping');
      return { code: 0, message: 'join success', users };
    });
    await room.join();
    await said.reaches(5);
    expect(pong).toMatchObject({ ok: true, data: { pong: true } });
    expect(said.slice(3)).toEqual(['newPeer bob existing=true', 'newPeer late existing=false']);
  });
});

describe('a server that awaits the response to its own request before it answers the join', () => {
  it('makes join() reject with requestTimeout, which is retryable', async () => {
    const { server, room, clock } = roomWorld();
    const asked = server.got('join');
    server.on('join', async () => {
      await server.offer('c1', { peerId: 'bob' });
      return { peers: [{ id: 'bob', displayName: 'Bob' }] };
    });
    const rejected = expect(room.join()).rejects.toMatchObject({
      code: 'requestTimeout',
      method: 'join',
      retryable: true,
    });
    await asked;
    clock.advance(20_000);
    await rejected;
    expect(room.state).toBe('failed');
  });
});
