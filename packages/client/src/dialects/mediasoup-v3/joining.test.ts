import { describe, expect, it } from 'vitest';
import { deferred } from '@tureen/kernel';
import { roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { whenDisconnected } from '@tureen/testkit/scripted/waits';
import { type ScriptedServer, routerRtpCapabilities } from '@tureen/testkit/scripted/ScriptedServer';

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

function welcomingWorld(data: unknown = { routerRtpCapabilities }) {
  const world = roomWorld();
  world.server.welcome = { method: 'welcome', data };
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
    expect(server.methods()).toEqual([...batch, 'join']);
    release();
    await joined;
    expect(room.state).toBe('joined');
  });

  it.each([
    ['is malformed', { routerRtpCapabilities: 7 }],
    ['has no data', null],
  ])('takes two round trips where the welcome %s', async (_what, data) => {
    const { server, room } = welcomingWorld(data);
    const { release } = holdResponses(server);
    const joined = room.join();
    await server.receives(3);
    expect(server.methods()).toEqual(batch);
    release();
    await joined;
    expect(server.methods()).toEqual([...batch, 'join']);
  });

  it('needs no response to the request for capabilities after a welcome', async () => {
    const { server, room } = welcomingWorld();
    server.on('getRouterRtpCapabilities', () => {
      throw new Error('no');
    });
    await room.join();
    expect(room.state).toBe('joined');
  });

  it('ignores a second welcome, also after the join', async () => {
    const { server, room, said } = welcomingWorld();
    await room.join();
    const before = said.length;
    server.notify('welcome', { routerRtpCapabilities: other });
    await server.receives(4);
    expect(said).toHaveLength(before);
  });

  it('rejects where the server refuses a transport, and closes the connection', async () => {
    const { server, room } = welcomingWorld();
    server.on('createWebRtcTransport', () => {
      throw Object.assign(new Error('no media port left'), { errorCode: 400 });
    });
    await expect(room.join()).rejects.toMatchObject({ code: 'requestRefused', method: 'createWebRtcTransport' });
    expect(server.connection.closed).toBe(true);
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

describe('a rejoin in mediasoup-v3', () => {
  it('takes one round trip on a server without a welcome', async () => {
    const world = roomWorld();
    const { server, room } = world;
    await room.join();
    const { release } = holdResponses(server);
    const reconnected = room.waitFor('reconnected');
    await drop(world);
    await server.sent('join', 2);
    expect(server.methods().slice(4)).toEqual([...batch, 'join']);
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
