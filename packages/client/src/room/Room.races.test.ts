import { describe, expect, it, onTestFinished } from 'vitest';
import { deferred } from '@tureen/kernel';
import { FakeMediaDevices, fakeStream } from '../devices/mediaDevicesFixture.ts';
import { TureenError } from '../shared/errors.ts';
import { WebSocketTransport } from '../signaling/WebSocketTransport.ts';
import { atMessage, inCall, joined, messagesOf, nothingIsLeft } from '@tureen/testkit/scripted/races';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { fakeTrack, joinedTimers, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { whenDisconnected } from '@tureen/testkit/scripted/waits';

describe('leave()', () => {
  it('cancels a connection that opens, although the transport never settles', async () => {
    const opening = deferred<AbortSignal>();
    const world = roomWorld({
      transport: {
        connect: ({ signal }) => {
          opening.resolve(signal);
          return new Promise(() => {});
        },
      },
    });
    const joined = expect(world.room.join()).rejects.toMatchObject({ code: 'closed' });
    const signal = await opening.promise;
    await world.room.leave();
    await joined;
    expect(signal.aborted).toBe(true);
    expect(world.room.state).toBe('left');
    await nothingIsLeft(world);
  });

  it('is not required to cancel a connection that never opens', async () => {
    const world = roomWorld({ transport: { connect: () => new Promise(() => {}) }, requestTimeoutMs: 5000 });
    const joined = expect(world.room.join()).rejects.toMatchObject({ code: 'connectionFailed', retryable: true });
    world.clock.advance(5000);
    await joined;
    expect(world.room.state).toBe('failed');
    await nothingIsLeft(world);
  });

  it('closes a connection that opens later', async () => {
    const opening = deferred<{ send: () => void; close: () => void }>();
    const closed = deferred<undefined>();
    const world = roomWorld({ transport: { connect: () => opening.promise } });
    const joined = expect(world.room.join()).rejects.toMatchObject({ code: 'closed' });
    await world.room.leave();
    await joined;
    opening.resolve({
      send: () => {},
      close: () => {
        closed.resolve(undefined);
      },
    });
    await closed.promise;
    expect(world.room.state).toBe('left');
  });

  it('leaves nothing open at any message of a join, and the room can join again', async () => {
    const clean = roomWorld();
    const messages = await messagesOf(clean, () => clean.room.join());
    expect(messages).toContain('in response join');
    for (const number of messages.keys()) {
      const world = roomWorld();
      const crossed = atMessage(world, number + 1, () => void world.room.leave());
      const joined = world.room.join().then(
        () => 'joined',
        (error: unknown) => (error as TureenError).code,
      );
      expect(await crossed).toBe(messages[number]);
      expect([await joined, world.room.state]).toEqual(['closed', 'left']);
      await nothingIsLeft(world);
      await world.room.join();
      expect(world.room.state).toBe('joined');
    }
  });

  it.each([[false], [true]])('leaves nothing open at any message of a reconnect (peer kept: %s)', async (isKept) => {
    const clean = await inCall({ isKept });
    await clean.drop();
    const all = await messagesOf(clean, () => clean.reconnect());
    const messages = all.slice(0, all.indexOf('in response join') + 1);
    expect(messages.length).toBeGreaterThan(isKept ? 1 : 5);
    for (const number of messages.keys()) {
      const world = await inCall({ isKept });
      await world.drop();
      const crossed = atMessage(world, number + 1, () => void world.room.leave());
      const left = world.room.waitFor('left');
      world.clock.advance(100);
      expect(await crossed).toBe(messages[number]);
      expect(await left).toEqual({ reason: 'left' });
      expect(world.said.filter((line) => line.startsWith('reconnected'))).toEqual([]);
      await nothingIsLeft(world);
    }
  });

  it('ends the wait for the next attempt', async () => {
    const world = await inCall();
    await world.drop();
    expect(world.clock.pending).toBeGreaterThan(0);
    await world.room.leave();
    await nothingIsLeft(world);
    expect(world.server.connections).toHaveLength(1);
  });

  it('stops the track of a camera prompt that the user answers afterwards, and the call rejects with closed', async () => {
    const { room, server, devices, prompt } = await prompted();
    const enabled = room.enableCamera({ mediaDevices: devices.real });
    const failed = expect(enabled).rejects.toMatchObject({ code: 'closed' });
    await room.leave();
    const stream = fakeStream('video');
    prompt.resolve(stream);
    await failed;
    expect(stream.getTracks()[0]?.readyState).toBe('ended');
    await room.join();
    await expectUnchanged(() => server.count('produce'), 0);
    expect(room.producers.size).toBe(0);
  });

  it('keeps the camera of an earlier prompt out of the session of a later join()', async () => {
    const { room, server, devices, prompt } = await prompted(fakeStream('video'));
    const before = expect(room.enableCamera({ mediaDevices: devices.real })).rejects.toMatchObject({ code: 'closed' });
    await room.leave();
    await room.join();
    const now = room.enableCamera({ mediaDevices: devices.real });
    const stream = fakeStream('video');
    prompt.resolve(stream);
    await before;
    expect(stream.getTracks()[0]?.readyState).toBe('ended');
    expect((await now).closed).toBe(false);
    expect(server.methods().filter((method) => method === 'produce')).toHaveLength(1);
  });
});

/** Opens a room whose browser prompts, and answers later. */
async function prompted(...later: MediaStream[]) {
  const world = roomWorld();
  const prompt = deferred<MediaStream>();
  const devices = new FakeMediaDevices(prompt.promise, ...later);
  await world.room.join();
  return { ...world, prompt, devices };
}

describe('two concurrent calls of enableCamera()', () => {
  it('prompt once, and return one producer', async () => {
    const { room, server, devices, prompt } = await prompted();
    const both = [1, 2].map(() => room.enableCamera({ mediaDevices: devices.real }));
    prompt.resolve(fakeStream('video'));
    const [first, second] = await Promise.all(both);
    expect(first).toBe(second);
    expect(devices.requests).toHaveLength(1);
    expect(server.methods().filter((method) => method === 'produce')).toHaveLength(1);
  });

  it('both reject when the user declines, and may be repeated', async () => {
    const { room, devices, prompt } = await prompted(fakeStream('video'));
    const both = [1, 2].map(() => room.enableCamera({ mediaDevices: devices.real }));
    prompt.reject(new DOMException('no', 'NotAllowedError'));
    for (const one of await Promise.allSettled(both))
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'permissionDenied' } });
    expect((await room.enableCamera({ mediaDevices: devices.real })).source).toBe('camera');
  });
});

describe('a page that mounts, unmounts and mounts again', () => {
  it('joins once with one room, and rejects the earlier calls with closed', async () => {
    const { room, server, engine, clock, said } = roomWorld();
    const mount = () => room.join().catch((error: unknown) => (error as TureenError).code);
    const first = mount();
    void room.leave();
    const second = mount();
    void room.leave();
    const third = mount();
    expect(await Promise.all([first, second, third])).toEqual(['closed', 'closed', undefined]);
    expect(room.state).toBe('joined');
    expect(server.connections.filter(({ closed }) => !closed)).toHaveLength(1);
    expect(engine.counts.sessions).toBe(1);
    expect(clock.pending).toBe(joinedTimers);
    expect(said.filter((line) => line.startsWith('stateChanged joined'))).toHaveLength(1);
  });

  it('starts a second session when the first had joined', async () => {
    const { room, server, engine, said } = roomWorld();
    await room.join();
    await room.produce(fakeTrack('audio'), { source: 'microphone' });
    const leaving = room.leave();
    const joined = room.join();
    await Promise.all([leaving, joined]);
    expect(room.state).toBe('joined');
    expect(room.producers.size).toBe(0);
    expect(server.connections.filter(({ closed }) => !closed)).toHaveLength(1);
    expect(engine.counts).toMatchObject({ sessions: 1, producers: 0 });
    expect(said.filter((line) => line.startsWith('left'))).toEqual(['left left']);
  });
});

describe('produce()', () => {
  it('leaves nothing at either end when closed at any of its messages, and rejects with closed', async () => {
    const clean = await joined();
    const messages = await messagesOf(clean, () => clean.room.produce(fakeTrack('video')));
    expect(messages).toEqual(expect.arrayContaining(['out request produce', 'in response produce']));
    for (const number of messages.keys()) {
      const world = await joined();
      const { room, server, engine } = world;
      const crossed = atMessage(world, number + 1, () => {
        for (const producer of room.producers.values()) void producer.close();
      });
      const outcome = room.produce(fakeTrack('video')).then(
        ({ closed }) => ({ closed }),
        (error: unknown) => error,
      );
      await crossed;
      expect(await outcome).toMatchObject({ code: 'closed' });
      await server.sent('closeProducer', server.count('produce'));
      expect(room.producers.size).toBe(0);
      expect(engine.counts.producers).toBe(0);
      expect(server.methods().filter((method) => method === 'closeProducer')).toHaveLength(
        server.methods().filter((method) => method === 'produce').length,
      );
    }
  });

  it('pauses the producer at the server when paused at any of its messages', async () => {
    const clean = await joined();
    const messages = await messagesOf(clean, () => clean.room.produce(fakeTrack('video')));
    for (const number of messages.keys()) {
      const world = await joined();
      const { room, server } = world;
      const pausing: Promise<void>[] = [];
      void atMessage(world, number + 1, () => {
        for (const producer of room.producers.values()) pausing.push(producer.pause());
      });
      const producer = await room.produce(fakeTrack('video'));
      await Promise.all(pausing);
      expect(pausing).toHaveLength(1);
      expect(producer.paused).toBe(true);
      expect(server.methods().filter((method) => method === 'pauseProducer')).toHaveLength(1);
      expect(server.methods()).not.toContain('resumeProducer');
    }
  });

  it.each([[false], [true]])(
    'produces once when called at any message of a reconnect (peer kept: %s)',
    async (isKept) => {
      const clean = await inCall({ isKept });
      await clean.drop();
      const messages = await messagesOf(clean, () => clean.reconnect());
      for (const number of messages.keys()) {
        const world = await inCall({ isKept });
        const { room, server } = world;
        await world.drop();
        const called = deferred<Promise<unknown>>();
        void atMessage(world, number + 1, () => {
          const producing = room.produce(fakeTrack('audio'), { source: 'microphone' });
          called.resolve(producing.then(() => undefined));
        });
        await world.reconnect();
        await called.promise;
        await server.sent('produce', isKept ? 1 : 2);
        const kinds = server.received.filter(({ method }) => method === 'produce').map(({ data }) => data.kind);
        expect(kinds.toSorted()).toEqual(isKept ? ['audio'] : ['audio', 'video']);
        expect([...room.producers.values()].map(({ id }) => id)).not.toContain(null);
      }
    },
  );
});

describe('produceData()', () => {
  it('leaves nothing at either end when closed at any of its messages, and rejects with closed', async () => {
    const clean = await joined(['closeDataProducer']);
    const messages = await messagesOf(clean, () => clean.room.produceData());
    expect(messages).toEqual(expect.arrayContaining(['out request produceData', 'in response produceData']));
    for (const number of messages.keys()) {
      const world = await joined(['closeDataProducer']);
      const { room, server, engine } = world;
      const crossed = atMessage(world, number + 1, () => {
        for (const dataProducer of room.dataProducers.values()) void dataProducer.close();
      });
      const outcome = room.produceData().then(
        ({ closed }) => ({ closed }),
        (error: unknown) => error,
      );
      await crossed;
      expect(await outcome).toMatchObject({ code: 'closed' });
      await server.sent('closeDataProducer', server.count('produceData'));
      expect(room.dataProducers.size).toBe(0);
      expect(engine.counts.dataProducers).toBe(0);
      expect(server.methods().filter((method) => method === 'closeDataProducer')).toHaveLength(
        server.methods().filter((method) => method === 'produceData').length,
      );
    }
  });
});

describe('the URL of a transport', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('no token');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no token'))],
    ['is not a WebSocket URL', () => 'ftp://nowhere'],
  ])('makes join() reject with a typed error when it %s', async (_what, url) => {
    const world = roomWorld({ transport: new WebSocketTransport({ url }) });
    await expect(world.room.join()).rejects.toBeInstanceOf(TureenError);
    expect(world.room.state).toBe('failed');
    await nothingIsLeft(world);
  });

  it('does not prevent leave() when it never resolves', async () => {
    const asked = deferred<undefined>();
    const url = () => {
      asked.resolve(undefined);
      return new Promise<string>(() => {});
    };
    const world = roomWorld({ transport: new WebSocketTransport({ url }) });
    const joined = expect(world.room.join()).rejects.toMatchObject({ code: 'closed' });
    await asked.promise;
    await world.room.leave();
    await joined;
    await nothingIsLeft(world);
  });

  it('is fetched at each attempt, and an attempt fails when its URL fails', async () => {
    const asked: number[] = [];
    const world = roomWorld();
    const { server, clock } = world;
    const beneath = server.transport;
    const tokens = { connect: async (options: Parameters<typeof beneath.connect>[0]) => beneath.connect(options) };
    const room = roomWorld({
      clock,
      transport: {
        connect: async (options) => {
          asked.push(asked.length + 1);
          if (asked.length === 2) throw new Error('the token server is down');
          return tokens.connect(options);
        },
      },
    }).room;
    onTestFinished(() => room.leave());
    await room.join();
    await whenDisconnected(room, () => {
      server.drop();
    });
    const failed = room.waitFor('reconnecting', { where: ({ attempt }) => attempt === 2 });
    clock.advance(100);
    expect(await failed).toMatchObject({ reason: 'the token server is down' });
    const back = room.waitFor('reconnected');
    clock.advance(200);
    await back;
    expect(asked).toEqual([1, 2, 3]);
  });
});
