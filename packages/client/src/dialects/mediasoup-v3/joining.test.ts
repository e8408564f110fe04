import { describe, expect, it } from 'vitest';
import { deferred } from '@tureen/kernel';
import { mediasoupV3 } from '../../entries/mediasoupV3.ts';
import { FakeEngine } from '../../media/fake/FakeEngine.ts';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { fakeTrack, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { whenDisconnected } from '@tureen/testkit/scripted/waits';
import { ScriptedServer, routerRtpCapabilities } from '@tureen/testkit/scripted/ScriptedServer';

const other = { ...routerRtpCapabilities, codecs: routerRtpCapabilities.codecs?.slice(0, 1) };
const batch = ['getRouterRtpCapabilities', 'createWebRtcTransport', 'createWebRtcTransport'];

/** Holds back all responses until `release()`. */
function holdResponses(server: ScriptedServer) {
  const held = deferred<undefined>();
  for (const method of ['getRouterRtpCapabilities', 'createWebRtcTransport', 'join'])
    server.on(method, async (data) => {
      await held.promise;
      return server.answerOf(method, data);
    });
  return {
    release: () => {
      held.resolve(undefined);
    },
  };
}

function welcomingWorld(change: object = {}) {
  const world = roomWorld();
  const { server } = world;
  const [sendTransport, recvTransport] = [true, false].map((producing) =>
    server.answerOf('createWebRtcTransport', { producing }),
  );
  server.welcome = { method: 'welcome', data: { routerRtpCapabilities, sendTransport, recvTransport, ...change } };
  return world;
}

/** Codecs of the capabilities in the last request to join. */
const sentCodecs = async (server: ScriptedServer, count = 1) => {
  const { rtpCapabilities } = (await server.sent('join', count)) as { rtpCapabilities: typeof routerRtpCapabilities };
  return rtpCapabilities.codecs?.map(({ mimeType }) => mimeType);
};

/** Drops the connection, and starts the attempt to reconnect. */
async function drop({ server, room, clock }: ReturnType<typeof roomWorld>): Promise<void> {
  await whenDisconnected(room, () => {
    server.drop();
  });
  clock.advance(100);
}

describe('a join in mediasoup-v3', () => {
  it('takes one round trip where the server sends a welcome', async () => {
    const { server, room } = welcomingWorld();
    const { release } = holdResponses(server);
    const joined = room.join();
    expect(await sentCodecs(server)).toEqual(['audio/opus', 'video/VP8']);
    // The transport connects with the parameters of the welcome.
    expect(server.methods()).toEqual([...batch, 'connectWebRtcTransport', 'join']);
    expect(await server.sent('connectWebRtcTransport')).toMatchObject({ transportId: 'recv-2' });
    release();
    await joined;
    expect(room.state).toBe('joined');
    const producing = room.produce(fakeTrack('audio'));
    expect(await server.sent('produce')).toMatchObject({ transportId: 'send-1' });
    await producing;
  });

  it.each([
    ['malformed capabilities', { routerRtpCapabilities: 7 }],
    ['no receive transport', { recvTransport: undefined }],
  ])('takes two round trips where the welcome has %s', async (_what, change) => {
    const { server, room } = welcomingWorld(change);
    const { release } = holdResponses(server);
    const joined = room.join();
    await server.receives(3);
    expect(server.methods()).toEqual(batch);
    release();
    await joined;
    expect(server.methods().slice(0, 4)).toEqual([...batch, 'join']);
  });

  it.each(['getRouterRtpCapabilities', 'createWebRtcTransport'])(
    'needs no response to %s after a welcome',
    async (method) => {
      const { server, room } = welcomingWorld();
      server.on(method, () => {
        throw new Error('no');
      });
      await room.join();
      expect(room.state).toBe('joined');
    },
  );

  it('ignores a second welcome, also after the join', async () => {
    const { server, room, said } = welcomingWorld();
    await room.join();
    const before = said.length;
    const sent = server.received.length;
    server.notify('welcome', { ...(server.welcome?.data as object), routerRtpCapabilities: other });
    await expectUnchanged(() => [said.length, server.received.length], [before, sent]);
  });

  it('asks for transports over TCP with forceTcp', async () => {
    const server = new ScriptedServer();
    const { room } = roomWorld({
      transport: server.transport,
      dialect: mediasoupV3({ engine: new FakeEngine(), forceTcp: true }),
    });
    await room.join();
    expect(server.connection.params).toEqual({ roomId: 'r1', peerId: 'alice', welcome: 'tcp' });
  });

  it('asks for a welcome, and for none where it resumes', async () => {
    const world = roomWorld();
    const { server, room } = world;
    server.on('join', () => ({ peers: [], extensions: ['resumeToken'], resumeToken: 't' }));
    await room.join();
    expect(server.connection.params).toEqual({ roomId: 'r1', peerId: 'alice', welcome: '1' });
    const reconnected = room.waitFor('reconnected');
    await drop(world);
    await reconnected;
    expect(server.connection.params).toEqual({ roomId: 'r1', peerId: 'alice' });
  });
});

describe('the extensions in the join request of mediasoup-v3', () => {
  it.each([
    { consume: 'auto' as const, extensions: ['resumeToken', 'earlyMedia'] },
    { consume: 'manual' as const, extensions: ['resumeToken'] },
    { consume: () => true, extensions: ['resumeToken'] },
  ])('are $extensions with consume: $consume', async ({ consume, extensions }) => {
    const { room, server } = roomWorld({ consume });
    await room.join();
    expect(await server.sent('join')).toMatchObject({ extensions });
  });
});

describe('a rejoin in mediasoup-v3', () => {
  it('takes one round trip on a server without a welcome', async () => {
    const world = roomWorld();
    const { server, room } = world;
    await room.join();
    const { release } = holdResponses(server);
    const reconnected = room.waitFor('reconnected');
    const before = server.received.length;
    await drop(world);
    await server.sent('join', 2);
    expect(server.methods().slice(before)).toEqual([...batch, 'join']);
    release();
    await reconnected;
  });

  it('is followed by one more rejoin where the capabilities of the router have changed', async () => {
    const world = roomWorld();
    const { server, room, said, clock } = world;
    await room.join();
    server.on('getRouterRtpCapabilities', () => other);
    said.length = 0;
    const again = room.waitFor('reconnecting', { where: ({ reason }) => reason.includes('other codecs') });
    await drop(world);
    await again;
    expect(await sentCodecs(server, 2)).toEqual(['audio/opus', 'video/VP8']);
    const reconnected = room.waitFor('reconnected');
    clock.advance(100);
    await reconnected;
    expect(await sentCodecs(server, 3)).toEqual(['audio/opus']);
    expect(said).toEqual([
      'stateChanged reconnecting the connection dropped',
      'reconnecting attempt=1 delayMs=100 the connection dropped',
      'stateChanged joined the join was accepted',
      'stateChanged reconnecting the router has other codecs than before',
      'reconnecting attempt=2 delayMs=100 the router has other codecs than before',
      'stateChanged joined the join was accepted',
      'reconnected false',
    ]);
  });
});
