import { describe, expect, it } from 'vitest';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { whenAnswered, whenDisconnected } from '@tureen/testkit/scripted/waits';
import { fakeTrack, joinedTimers, roomWorld } from '@tureen/testkit/scripted/roomWorld';

const aborted = { code: 'aborted', cause: 'navigation' };

/** Returns a signal that aborts when the server receives `method`, before the server responds. */
function abortAt({ server }: ReturnType<typeof roomWorld>, method: string): AbortSignal {
  const controller = new AbortController();
  server.on(method, (data) => {
    controller.abort('navigation');
    return server.answerOf(method, data);
  });
  return controller.signal;
}

describe('join({ signal })', () => {
  it('rejects before anything is opened where the signal has aborted', async () => {
    const { room, server } = roomWorld();
    await expect(room.join({ signal: AbortSignal.abort('navigation') })).rejects.toMatchObject(aborted);
    expect([room.state, server.connections.length]).toEqual(['idle', 0]);
  });

  it.each(['getRouterRtpCapabilities', 'createWebRtcTransport', 'join'])(
    'leaves the room when the signal aborts while %s waits, and the room can join again',
    async (method) => {
      const world = roomWorld();
      const { room, server, engine, clock, said } = world;
      await expect(room.join({ signal: abortAt(world, method) })).rejects.toMatchObject(aborted);
      await expectUnchanged(
        () => [room.state, server.connection.closed, engine.counts.sessions, clock.pending],
        ['left', true, 0, 0],
      );
      expect(said.filter((line) => line.startsWith('left'))).toEqual([]);
      server.on(method, (data) => server.answerOf(method, data));
      await room.join();
      expect(room.state).toBe('joined');
    },
  );

  it('leaves the room when the signal aborts while the connection opens', async () => {
    const { room, server } = roomWorld();
    const controller = new AbortController();
    const joined = expect(room.join({ signal: controller.signal })).rejects.toMatchObject(aborted);
    expect(room.state).toBe('connecting');
    controller.abort('navigation');
    await joined;
    expect(room.state).toBe('left');
    expect(server.methods()).not.toContain('join');
  });

  it('has no effect after the room has joined', async () => {
    const { room, clock } = roomWorld();
    const controller = new AbortController();
    await room.join({ signal: controller.signal });
    controller.abort();
    await expectUnchanged(() => [room.state, clock.pending], ['joined', joinedTimers]);
  });

  it('does not leave a joined room for a join() that is not allowed', async () => {
    const { room } = roomWorld();
    await room.join();
    const controller = new AbortController();
    const refused = expect(room.join({ signal: controller.signal })).rejects.toMatchObject({ code: 'invalidState' });
    controller.abort();
    await refused;
    expect(room.state).toBe('joined');
  });
});

describe('produce({ signal })', () => {
  it('rejects before anything is sent where the signal has aborted', async () => {
    const { room, server } = roomWorld();
    await room.join();
    const track = fakeTrack('video');
    const produced = room.produce(track, { signal: AbortSignal.abort('navigation') });
    await expect(produced).rejects.toMatchObject(aborted);
    expect([room.producers.size, track.readyState]).toEqual([0, 'live']);
    expect(server.methods()).not.toContain('produce');
  });

  it('closes the producer at both ends, and an owned track, when the signal aborts while produce waits', async () => {
    const world = roomWorld();
    const { room, server, engine, said } = world;
    await room.join();
    const track = fakeTrack('video');
    const signal = abortAt(world, 'produce');
    const closed = server.got('closeProducer');
    await expect(room.produce(track, { signal, ownership: 'owned' })).rejects.toMatchObject(aborted);
    await closed;
    expect([room.producers.size, engine.counts.producers, track.readyState]).toEqual([0, 0, 'ended']);
    expect(said.filter((line) => line.startsWith('producerClosed'))).toEqual([]);
  });

  it('rejects a call that waits for the reconnect', async () => {
    const { room, server } = roomWorld();
    await room.join();
    await whenDisconnected(room, () => {
      server.drop();
    });
    const controller = new AbortController();
    const produced = expect(room.produce(fakeTrack('video'), { signal: controller.signal })).rejects.toMatchObject(
      aborted,
    );
    controller.abort('navigation');
    await produced;
    expect(room.producers.size).toBe(0);
  });

  it('has no effect on a published producer', async () => {
    const { room } = roomWorld();
    await room.join();
    const controller = new AbortController();
    const producer = await room.produce(fakeTrack('video'), { signal: controller.signal });
    controller.abort();
    expect(producer.closed).toBe(false);
  });
});

describe('produceData({ signal })', () => {
  it('rejects before anything is sent where the signal has aborted', async () => {
    const { room, server } = roomWorld();
    await room.join();
    await expect(room.produceData({ signal: AbortSignal.abort('navigation') })).rejects.toMatchObject(aborted);
    expect(room.dataProducers.size).toBe(0);
    expect(server.methods()).not.toContain('produceData');
  });

  it('closes the data producer at both ends when the signal aborts while produceData waits', async () => {
    const world = roomWorld();
    const { room, engine } = world;
    await room.join();
    const signal = abortAt(world, 'produceData');
    await whenAnswered(room, 'produceData', async () => {
      await expect(room.produceData({ signal })).rejects.toMatchObject(aborted);
    });
    expect([room.dataProducers.size, engine.counts.dataProducers]).toEqual([0, 0]);
  });

  it('has no effect on an open channel', async () => {
    const { room } = roomWorld();
    await room.join();
    const controller = new AbortController();
    const dataProducer = await room.produceData({ signal: controller.signal });
    controller.abort();
    expect(dataProducer.closed).toBe(false);
  });
});
