import { describe, expect, it } from 'vitest';
import { consumingWorld, v2Dialects, type V2DialectName } from '@tureen/testkit/scripted/v2World';
import { fakeTrack, pass as passOf } from '@tureen/testkit/scripted/roomWorld';
import { whenDisconnected } from '@tureen/testkit/scripted/waits';

const refused = () => {
  throw Object.assign(new Error('not here'), { errorCode: 500 });
};
const never = () => new Promise(() => {});

/** Joins Alice's room with a camera, and a consumer of Bob's track. */
async function inCall(name: V2DialectName) {
  const world = await consumingWorld(name);
  const { room, engine, clock, said, server } = world;
  const camera = await room.produce(fakeTrack('video'), { source: 'camera' });
  said.length = 0;
  server.received.length = 0;
  const pass = (ms: number) => passOf(clock, ms);
  const become = async (direction: 'send' | 'recv', state: 'disconnected' | 'failed' | 'connected') => {
    engine.session[direction === 'send' ? 'sendTransport' : 'recvTransport'].setConnectionState(state);
    await pass(0);
  };
  const recoveries = () => said.filter((line) => line.startsWith('transportRecover'));
  return { ...world, camera, become, pass, recoveries };
}

describe('media recovery in mediasoup-v2', () => {
  it('restarts ICE in both directions', async () => {
    const { server, engine, become, pass, recoveries } = await inCall('mediasoup-v2');
    await become('recv', 'disconnected');
    await pass(2000);
    const ids = [engine.session.sendTransport, engine.session.recvTransport].map(({ id }) => Number(id));
    expect(
      server
        .all('restartTransport')
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(ids.toSorted());
    await become('recv', 'connected');
    await pass(60_000);
    expect(recoveries()).toEqual([
      'transportRecovering recv restartIce disconnected',
      'transportRecovered recv restartIce',
    ]);
  });

  it('requests server statistics of the new transport after a rebuild', async () => {
    const { server, room, become, engine } = await inCall('mediasoup-v2');
    room.stats.enable({ intervalMs: 2000 });
    server.on('restartTransport', refused);
    await become('send', 'failed');
    const [before, , after] = server.all('enableTransportStats');
    const { id } = engine.session.sendTransport;
    expect(after).toMatchObject({ id: Number(id), interval: 2000 });
    expect(after?.id).not.toBe(before?.id);
  });

  it('rebuilds at once where the server refuses an ICE restart', async () => {
    const { server, become, recoveries } = await inCall('mediasoup-v2');
    server.on('restartTransport', refused);
    await become('send', 'failed');
    expect(server.all('createTransport')).toHaveLength(1);
    expect(recoveries().at(-1)).toBe('transportRecovered send rebuild');
  });
});

describe.each(v2Dialects)('media recovery in %s', (name) => {
  const hasRestart = name === 'mediasoup-v2';
  /** Advances past the restart, where the dialect has one. */
  const failed = async ({ become, pass }: Awaited<ReturnType<typeof inCall>>, direction: 'send' | 'recv') => {
    await become(direction, 'failed');
    if (hasRestart) await pass(7000);
  };

  it('rebuilds the send transport, closes the old one, and produces again', async () => {
    const world = await inCall(name);
    const { server, room, engine, camera, said, word } = world;
    const before = { transport: engine.session.sendTransport.id, producer: camera.id };
    await failed(world, 'send');
    const methods = server.methods().filter((method) => method !== 'restartTransport');
    expect(methods).toEqual(['createTransport', 'closeTransport', 'updateTransport', word('createProducer')]);
    expect(server.last('closeTransport')).toMatchObject({ id: Number(before.transport) });
    const { id } = engine.session.sendTransport;
    expect(server.last(word('createProducer'))).toMatchObject({ transportId: Number(id) });
    expect(id).not.toBe(before.transport);
    expect(camera.closed).toBe(false);
    expect(camera.id).not.toBe(before.producer);
    expect([...room.producers.values()]).toEqual([camera]);
    expect(said.at(-1)).toBe('transportRecovered send rebuild');
    expect(said.filter((line) => !line.startsWith('transport'))).toEqual([]);
    expect(engine.counts).toMatchObject({ sendTransports: 1, recvTransports: 1, producers: 1, consumers: 1 });
  });

  it('rejoins for the receive transport, and keeps the consumer object', async () => {
    const world = await inCall(name);
    const { room, clock, said, consumer } = world;
    await failed(world, 'recv');
    expect(said.findLast((line) => line.startsWith('transportRecovering'))).toMatch(/^transportRecovering recv rejoin/);
    expect(room.state).toBe('reconnecting');
    const back = room.waitFor('reconnected');
    clock.advance(100);
    expect(await back).toEqual({ resumed: false });
    expect(said).toContain('transportRecovered recv rejoin');
    expect(consumer.closed).toBe(false);
  });

  it('detects a dead connection while the server sends nothing', async () => {
    const world = await inCall(name);
    const { server, become, pass, room } = world;
    server.on(hasRestart ? 'restartTransport' : 'createTransport', never);
    await become('send', 'failed');
    await pass(4999);
    expect(room.state).toBe('joined');
    await pass(1);
    expect(room.state).toBe('reconnecting');
  });

  it('leaks nothing when the room is left during the recovery', async () => {
    const world = await inCall(name);
    const { server, engine, clock, room, said, pass } = world;
    server.on('createTransport', never);
    await failed(world, 'send');
    const leaving = room.leave();
    await pass(1000);
    await leaving;
    said.length = 0;
    await pass(120_000);
    expect(said).toEqual([]);
    expect(engine.counts).toMatchObject({ sessions: 0, sendTransports: 0, waiting: 0 });
    expect(clock.pending).toBe(0);
  });

  it('restores everything when the connection drops during the recovery', async () => {
    const world = await inCall(name);
    const { server, engine, clock, room, camera, pass } = world;
    server.on('createTransport', never);
    await failed(world, 'send');
    await whenDisconnected(room, () => {
      server.drop();
    });
    server.on('createTransport', () => server.answerOf('createTransport'));
    const back = room.waitFor('reconnected');
    clock.advance(100);
    await back;
    await pass(0);
    expect(camera.closed).toBe(false);
    expect([...engine.session.sendTransport.producers].map(({ id }) => id)).toEqual([camera.id]);
    expect(engine.counts).toMatchObject({ sessions: 1, sendTransports: 1, producers: 1, waiting: 0 });
  });

  it('accepts a refused probe as a sign of life', async () => {
    const window = new EventTarget();
    const globals = globalThis as { window?: unknown };
    globals.window = window;
    try {
      const { server, room, pass } = await inCall(name);
      server.on('queryRoom', refused);
      window.dispatchEvent(new Event('online'));
      await pass(0);
      await pass(6000);
      expect(server.methods()).toEqual(['queryRoom']);
      expect(room.state).toBe('joined');
      server.on('queryRoom', never);
      window.dispatchEvent(new Event('online'));
      await pass(5000);
      expect(room.state).toBe('reconnecting');
      await room.leave();
    } finally {
      delete globals.window;
    }
  });
});
