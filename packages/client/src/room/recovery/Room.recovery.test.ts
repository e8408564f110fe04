import { describe, expect, it } from 'vitest';
import { deferred } from '@tureen/kernel';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { fakeTrack, joinedTimers, roomWorld, pass as passOf } from '@tureen/testkit/scripted/roomWorld';
import { whenDisconnected } from '@tureen/testkit/scripted/waits';

const refused = () => {
  throw Object.assign(new Error('not here'), { errorCode: 500 });
};
const never = () => new Promise(() => {});

/** Joins Alice's room with a camera, a data channel and a consumer of Bob's track, on a server that resumes sessions. */
async function inCall() {
  const world = roomWorld();
  const { room, server, engine, clock, said } = world;
  server.peers = [{ id: 'bob', displayName: 'Bob' }];
  let tokens = 0;
  server.on('join', ({ resumeToken, holds }) => {
    const { producers, consumers, dataProducers, dataConsumers } = (holds ?? {}) as Record<string, string[]>;
    const extensions = ['resumeToken', 'producePaused', 'closeDataProducer'];
    const resumed = {
      producers: producers?.map((id) => ({ id, paused: false })),
      consumers: consumers?.map((id) => ({ id, paused: false, producerPaused: false })),
      dataProducers,
      dataConsumers,
    };
    const isResumed = resumeToken === `t${tokens}`;
    tokens += 1;
    return { peers: server.peers, extensions, resumeToken: `t${tokens}`, ...(isResumed ? { resumed } : {}) };
  });
  await room.join({ displayName: 'Alice' });
  const camera = await room.produce(fakeTrack('video'), { source: 'camera' });
  const channel = await room.produceData({ label: 'chat' });
  await server.offer('c1', { peerId: 'bob', producerId: 'p1' });
  const consumer = room.consumers.get('c1')!;
  said.length = 0;
  server.received.length = 0;
  /** Breaks or restores the media of one direction. */
  const become = async (direction: 'send' | 'recv', state: 'disconnected' | 'failed' | 'connected') => {
    engine.session[direction === 'send' ? 'sendTransport' : 'recvTransport'].setConnectionState(state);
    await passOf(clock, 0);
  };
  const pass = (ms: number) => passOf(clock, ms);
  const reconnect = async () => {
    const back = room.waitFor('reconnected');
    await pass(100);
    const { resumed } = await back;
    return resumed;
  };
  const nothingLeft = () => {
    expect(engine.counts).toMatchObject({ sessions: 0, sendTransports: 0, producers: 0, consumers: 0, waiting: 0 });
    expect(clock.pending).toBe(0);
  };
  return { ...world, camera, channel, consumer, become, pass, reconnect, nothingLeft };
}

type World = Awaited<ReturnType<typeof inCall>>;

describe('media that fails', () => {
  it('restarts ICE in both directions, and keeps all entities', async () => {
    const { server, room, said, become, pass, camera, engine } = await inCall();
    const { id } = camera;
    await become('send', 'disconnected');
    await pass(2000);
    const { sendTransport, recvTransport } = engine.session;
    expect(server.received.map(({ method, data }) => `${method} ${String(data.transportId)}`)).toEqual([
      `restartIce ${sendTransport.id}`,
      `restartIce ${recvTransport.id}`,
    ]);
    expect([sendTransport, recvTransport].map(({ iceRestarts }) => iceRestarts.length)).toEqual([1, 1]);
    await become('send', 'connected');
    await pass(60_000);
    expect(said).toEqual(['transportRecovering send restartIce disconnected', 'transportRecovered send restartIce']);
    expect(camera.id).toBe(id);
    expect(room.state).toBe('joined');
  });

  it('rebuilds the send transport with all its producers when the ICE restart does not help', async () => {
    const { server, room, said, become, pass, camera, channel, engine } = await inCall();
    const before = { camera: camera.id, channel: channel.id, transport: engine.session.sendTransport.id };
    await camera.pause();
    server.received.length = 0;
    said.length = 0;
    await become('send', 'failed');
    await pass(7000);
    expect(server.methods()).toEqual([
      'restartIce',
      'restartIce',
      'createWebRtcTransport',
      'closeProducer',
      'closeDataProducer',
      'connectWebRtcTransport',
      'produce',
      'produceData',
    ]);
    expect(server.received[3]?.data).toEqual({ producerId: before.camera });
    expect(server.received.find(({ method }) => method === 'produce')?.data).toMatchObject({
      transportId: engine.session.sendTransport.id,
      paused: true,
    });
    expect(said).toEqual([
      'transportRecovering send restartIce failed',
      'transportRecovering send rebuild no connection after restartIce',
      'transportRecovered send rebuild',
    ]);
    expect(engine.session.sendTransport.id).not.toBe(before.transport);
    expect(camera).toMatchObject({ closed: false, paused: true });
    expect(camera.id).not.toBe(before.camera);
    expect(channel).toMatchObject({ closed: false, readyState: 'open' });
    expect(channel.id).not.toBe(before.channel);
    expect([...room.producers.values()]).toEqual([camera]);
    expect(engine.counts).toMatchObject({ sendTransports: 1, recvTransports: 1, producers: 1, dataProducers: 1 });
  });

  it('rejoins when the rebuild fails, even where the server would have resumed', async () => {
    const { server, room, said, become, reconnect, camera, consumer } = await inCall();
    server.on('restartIce', refused).on('createWebRtcTransport', refused);
    await become('send', 'failed');
    expect(said.slice(0, 4)).toEqual([
      'transportRecovering send restartIce failed',
      'transportRecovering send rebuild not here',
      'transportRecovering send rejoin not here',
      'stateChanged reconnecting media is lost: send',
    ]);
    server.on('createWebRtcTransport', (data) => server.answerOf('createWebRtcTransport', data));
    expect(await reconnect()).toBe(false);
    expect(said).toContain('transportRecovered send rejoin');
    expect(server.received.findLast(({ method }) => method === 'join')?.data.resumeToken).toBeUndefined();
    await server.offer('c2', { peerId: 'bob', producerId: 'p1' });
    expect(room.consumers.get('c2')).toBe(consumer);
    expect(camera.closed).toBe(false);
  });

  it('rebuilds when the server refused to connect the transport, which an ICE restart cannot help', async () => {
    const { server, room, said, clock, engine } = roomWorld();
    await room.join();
    let asked = 0;
    server.on('connectWebRtcTransport', () => {
      if (++asked === 1) refused();
    });
    const camera = await room.produce(fakeTrack('video'));
    await passOf(clock, 0);
    await passOf(clock, 7000);
    expect(asked).toBe(2);
    expect(said.filter((line) => line.startsWith('transportRecover'))).toEqual([
      'transportRecovering send restartIce failed',
      'transportRecovering send rebuild no connection after restartIce',
      'transportRecovered send rebuild',
    ]);
    expect([...engine.session.sendTransport.producers].map(({ id }) => id)).toEqual([camera.id]);
    expect(server.received.filter(({ method }) => method === 'produce')).toHaveLength(2);
  });

  it('rebuilds at once when the browser refuses the ICE restart', async () => {
    const { engine, room, said } = await inCall();
    engine.failNext('restartIce');
    engine.session.sendTransport.setConnectionState('failed');
    await said.reaches(3);
    expect(said).toEqual([
      'transportRecovering send restartIce failed',
      'transportRecovering send rebuild restartIce failed, as scripted by the test',
      'transportRecovered send rebuild',
    ]);
    expect(room.state).toBe('joined');
  });

  it('rejoins for received media after the ICE restart, as consumers are bound to their transport', async () => {
    const { room, said, become, pass } = await inCall();
    await become('recv', 'failed');
    await pass(7000);
    expect(said.slice(0, 2)).toEqual([
      'transportRecovering recv restartIce failed',
      'transportRecovering recv rejoin no connection after restartIce',
    ]);
    expect(room.state).toBe('reconnecting');
  });

  it('resumes signaling first when the server does not respond, and restarts ICE afterwards', async () => {
    const { server, room, said, become, pass, reconnect, camera } = await inCall();
    const { id } = camera;
    server.on('restartIce', never);
    await become('send', 'failed');
    await pass(4999);
    expect(room.state).toBe('joined');
    await pass(1);
    expect(room.state).toBe('reconnecting');
    server.on('restartIce', () => server.answerOf('restartIce', {}));
    expect(await reconnect()).toBe(true);
    await become('send', 'connected');
    expect(said.filter((line) => line.startsWith('transportRecover'))).toEqual([
      'transportRecovering send restartIce failed',
      'transportRecovering send restartIce failed',
      'transportRecovered send restartIce',
    ]);
    expect(camera.id).toBe(id);
  });

  it('is recovered right after the reconnect when it failed while signaling was down', async () => {
    const { room, server, said, become, reconnect } = await inCall();
    await whenDisconnected(room, () => {
      server.drop();
    });
    await become('recv', 'failed');
    expect(said.some((line) => line.startsWith('transportRecover'))).toBe(false);
    expect(await reconnect()).toBe(true);
    expect(said.slice(-2)).toEqual(['transportRecovering recv restartIce failed', 'reconnected true']);
  });

  it('is checked when the network returns', async () => {
    const window = new EventTarget();
    const globals = globalThis as { window?: unknown };
    globals.window = window;
    try {
      const { said, become, server, room, pass } = await inCall();
      await become('send', 'disconnected');
      window.dispatchEvent(new Event('offline'));
      await expectUnchanged(() => said, []);
      window.dispatchEvent(new Event('online'));
      await said.reaches(1);
      expect(said).toEqual(['transportRecovering send restartIce disconnected']);
      expect(server.methods().toSorted()).toEqual(['getRouterRtpCapabilities', 'restartIce', 'restartIce']);
      await room.leave();
      server.received.length = 0;
      window.dispatchEvent(new Event('online'));
      await pass(60_000);
      expect(server.methods()).toEqual([]);
    } finally {
      delete globals.window;
    }
  });
});

describe('a pending produce while its transport is rebuilt', () => {
  it.each(['before', 'after'] as const)(
    'is answered %s the rebuild, and produced once on the new transport',
    async (when) => {
      const { server, room, become, engine, pass } = await inCall();
      const answer = deferred<unknown>();
      server.on('produce', () => answer.promise);
      const producing = room.produce(fakeTrack('audio'));
      await server.sent('produce');
      server.on('produce', (data) => server.answerOf('produce', data)).on('restartIce', refused);
      await become('send', 'failed');
      if (when === 'before') answer.resolve({ id: 'late' });
      await pass(0);
      answer.resolve({ id: 'late' });
      const producer = await producing;
      expect(producer).toMatchObject({ closed: false });
      expect(producer.id).not.toBe('late');
      await pass(0);
      expect(server.received).toContainEqual({ method: 'closeProducer', data: { producerId: 'late' } });
      expect(engine.counts).toMatchObject({ sendTransports: 1, producers: 2, waiting: 0 });
    },
  );
});

/** Moments in a recovery at which something else happens. */
const moments: [string, (world: World) => Promise<void>][] = [
  [
    'ICE is restarted',
    async ({ server, become }) => {
      server.on('restartIce', never);
      await become('send', 'failed');
    },
  ],
  [
    'the ICE restart takes effect',
    async ({ become }) => {
      await become('send', 'failed');
    },
  ],
  [
    'a transport is created',
    async ({ server, become }) => {
      server.on('restartIce', refused).on('createWebRtcTransport', never);
      await become('send', 'failed');
    },
  ],
  [
    'its producers are published again',
    async ({ server, become }) => {
      server.on('restartIce', refused).on('produce', never);
      await become('send', 'failed');
    },
  ],
  [
    'the room is about to rejoin',
    async ({ server, become }) => {
      server.on('restartIce', refused).on('createWebRtcTransport', refused);
      await become('send', 'failed');
    },
  ],
];

describe.each(moments)('while %s', (moment, begin) => {
  it('leave() leaves nothing open, and nothing happens afterwards', async () => {
    const world = await inCall();
    await begin(world);
    const leaving = world.room.leave();
    await world.pass(1000);
    await leaving;
    world.nothingLeft();
    world.said.length = 0;
    await world.pass(120_000);
    expect(world.said).toEqual([]);
    // The next session starts without a recovery.
    world.server.on('restartIce', () => world.server.answerOf('restartIce', {}));
    for (const method of ['createWebRtcTransport', 'produce'])
      world.server.on(method, (data) => world.server.answerOf(method, data));
    await world.room.join();
    await world.pass(120_000);
    expect(world.said.some((line) => line.startsWith('transportRecover'))).toBe(false);
  });

  it('a drop of the connection reconnects, and restores the desired state', async () => {
    const { server, room, camera, channel, engine, clock, said, reconnect, become, pass } = await (async () => {
      const world = await inCall();
      await begin(world);
      return world;
    })();
    if (room.state === 'joined')
      await whenDisconnected(room, () => {
        server.drop();
      });
    server.on('restartIce', () => server.answerOf('restartIce', {}));
    for (const method of ['createWebRtcTransport', 'produce'])
      server.on(method, (data) => server.answerOf(method, data));
    await reconnect();
    await become('send', 'connected');
    await pass(8000);
    expect(room.state).toBe('joined');
    expect(camera).toMatchObject({ closed: false });
    expect(channel).toMatchObject({ closed: false, readyState: 'open' });
    const { sendTransport } = engine.session;
    expect([...sendTransport.producers].map(({ id }) => id)).toEqual([camera.id]);
    expect(engine.counts).toMatchObject({ sessions: 1, sendTransports: 1, producers: 1, dataProducers: 1, waiting: 0 });
    expect(said.filter((line) => line.startsWith('producerClosed') || line.startsWith('requestFailed'))).toEqual([]);
    await pass(60_000);
    expect(clock.pending).toBe(joinedTimers);
  });

  it('the media connection reconnects, which ends the recovery', async () => {
    const { server, room, camera, engine, said, become, pass, reconnect } = await (async () => {
      const world = await inCall();
      await begin(world);
      return world;
    })();
    if (room.state === 'joined') await become('send', 'connected');
    server.on('restartIce', () => server.answerOf('restartIce', {}));
    for (const method of ['createWebRtcTransport', 'produce'])
      server.on(method, (data) => server.answerOf(method, data));
    if (room.state === 'reconnecting') await reconnect();
    await pass(15_000);
    expect(said.filter((line) => line.startsWith('transportRecovered'))).toHaveLength(1);
    expect(room.state).toBe('joined');
    expect(camera.closed).toBe(false);
    expect(engine.counts.sendTransports, moment).toBe(1);
  });
});
