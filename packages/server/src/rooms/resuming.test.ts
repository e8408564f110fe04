import { describe, expect, it } from 'vitest';
import { type Clock, ManualClock, systemClock } from '@tureen/kernel';
import { watchRouters } from '../engine/mediasoup/testing/watchRouters.ts';
import { capturedLogs } from '../testing/capturedLogs.ts';
import { DirectReception, directTransport, DirectVideo } from '../engine/mediasoup/testing/DirectMedia.ts';
import { audioParameters } from '../testing/rtp.ts';
import { useBackend } from '../testing/useBackend.ts';
import type { Peer } from './Peer.ts';
import { RoomRegistry } from './RoomRegistry.ts';

const routers = watchRouters();
const backend = useBackend();

async function meet(clock: Clock = systemClock) {
  const registry = new RoomRegistry({ backend: backend(), logger: capturedLogs().logger, clock });
  const enter = async (id: string): Promise<Peer> => {
    const peer = await registry.enter('room', { id, dialect: 'test' });
    peer.join({});
    return peer;
  };
  const sender = await enter('sender');
  const router = routers.latest;
  const video = await DirectVideo.produce(router, sender);
  return {
    router,
    video,
    enter,
    /** Adds another peer, with a consumer that waits for it. */
    async newcomer(id: string, onState?: (state: string) => void) {
      return DirectReception.open(router, await enter(id), video.producer, onState);
    },
    sender,
    [Symbol.dispose]() {
      video.stop();
      registry.close();
    },
  };
}

async function newcomers(room: Awaited<ReturnType<typeof meet>>, count: number): Promise<DirectReception[]> {
  return Promise.all(Array.from({ length: count }, (_, n) => room.newcomer(`newcomer${String(n)}`)));
}

describe('late joiners of a video producer', () => {
  it('cost the sender at most one key frame at once and two per second', async () => {
    using room = await meet();
    const receptions = await newcomers(room, 20);
    room.video.start();
    await room.video.frames(3);
    const before = room.video.requests;
    const startedAt = systemClock.now();
    for (const { consumer } of receptions) {
      await consumer.accept();
      await room.video.frames(2);
    }
    const elapsedMs = systemClock.now() - startedAt;
    await Promise.all(receptions.map(({ shown }) => shown));
    const requests = room.video.requests - before;
    expect(requests).toBeLessThanOrEqual(1 + Math.ceil(elapsedMs / 500));
    expect(requests).toBeGreaterThan(0);
  });

  it('all receive video after one request where they are ready at the same time', async () => {
    using room = await meet();
    const receptions = await newcomers(room, 10);
    room.video.start();
    await room.video.frames(3);
    const before = room.video.requests;
    await Promise.all(receptions.map(({ consumer }) => consumer.accept()));
    await Promise.all(receptions.map(({ shown }) => shown));
    expect(room.video.requests - before).toBe(1);
  });

  it('resume in order: the first at once, later ones together', async () => {
    const clock = new ManualClock();
    using room = await meet(clock);
    const order: string[] = [];
    const ready = async (id: string) => {
      let onResumed = () => {};
      const resumed = new Promise<void>((resolve) => (onResumed = resolve));
      const { consumer } = await room.newcomer(id, (state) => {
        order.push(`${id} ${state} at ${String(clock.now())}`);
        onResumed();
      });
      await consumer.accept();
      return { resumed };
    };
    await ready('a');
    clock.advance(110);
    const b = await ready('b');
    clock.advance(100);
    const c = await ready('c');
    expect(order).toEqual(['a resumed at 0']);
    clock.advance(200);
    await Promise.all([b.resumed, c.resumed]);
    expect(order).toEqual(['a resumed at 0', 'b resumed at 410', 'c resumed at 410']);
    expect(clock.pending).toBe(0);
  });

  it('stay paused where they pause meanwhile', async () => {
    const clock = new ManualClock();
    using room = await meet(clock);
    const [first, second] = [await room.newcomer('first'), await room.newcomer('second')];
    await first.consumer.accept();
    clock.advance(200);
    await second.consumer.accept();
    await second.consumer.pause();
    expect(clock.pending).toBe(0);
    clock.advance(1000);
    expect(second.states).toEqual([]);
    await second.consumer.resume();
    expect(second.states).toEqual(['resumed']);
  });

  it('stay paused where the server pauses them meanwhile', async () => {
    const clock = new ManualClock();
    using room = await meet(clock);
    const [first, second] = [await room.newcomer('first'), await room.newcomer('second')];
    await first.consumer.accept();
    clock.advance(200);
    await second.consumer.accept();
    await second.consumer.pause('server');
    clock.advance(1000);
    expect(second.states).toEqual([]);
  });

  it('leave no timer where they close meanwhile', async () => {
    const clock = new ManualClock();
    using room = await meet(clock);
    const [first, second] = [await room.newcomer('first'), await room.newcomer('second')];
    await first.consumer.accept();
    clock.advance(200);
    await second.consumer.accept();
    expect(clock.pending).toBe(1);
    second.consumer.close('owner');
    expect(clock.pending).toBe(0);
    clock.advance(1000);
    expect(second.states).toEqual(['closed']);
  });

  it.each([
    {
      what: 'producer',
      end: (room: Awaited<ReturnType<typeof meet>>) => {
        room.video.producer.close();
      },
    },
    {
      what: "producer's transport",
      end: (room: Awaited<ReturnType<typeof meet>>) => {
        room.video.producer.transport.close('owner');
      },
    },
  ])('may close the $what meanwhile without leaving timers', async ({ end }) => {
    const clock = new ManualClock();
    using room = await meet(clock);
    const [first, second] = [await room.newcomer('first'), await room.newcomer('second')];
    await first.consumer.accept();
    clock.advance(200);
    await second.consumer.accept();
    end(room);
    expect(clock.pending).toBe(0);
    clock.advance(1000);
    expect(second.states).not.toContain('resumed');
  });

  it('resume at once where the producer is paused, or sends audio', async () => {
    const clock = new ManualClock();
    using room = await meet(clock);
    const { transport } = await directTransport(room.router, room.sender);
    const sound = await room.sender.sending.produce(transport, { kind: 'audio', rtpParameters: audioParameters() });
    await (await room.newcomer('first')).consumer.accept();
    clock.advance(200);
    const listener = await DirectReception.open(room.router, await room.enter('listener'), sound);
    await listener.consumer.accept();
    expect(listener.states).toEqual(['resumed']);
    await room.video.producer.pause();
    const third = await room.newcomer('third');
    await third.consumer.accept();
    expect(third.isPaused).toBe(false);
  });
});

describe('a receiver that requests all the time', () => {
  it.each<{ how: string; act: (reception: DirectReception) => Promise<void> }>([
    {
      how: 'pauses and resumes',
      act: async ({ consumer }) => {
        await consumer.pause();
        await consumer.resume();
      },
    },
    { how: 'requests key frames', act: ({ consumer }) => consumer.requestKeyFrame() },
    ...(['PLI', 'FIR'] as const).map((kind) => ({
      how: `sends ${kind} by RTCP`,
      act: async (reception: DirectReception) => {
        reception.sendRtcp(kind);
      },
    })),
  ])('costs at most two key frames per second when it $how', async ({ act }) => {
    using room = await meet();
    const [storm, other] = await newcomers(room, 2);
    room.video.start();
    await storm!.consumer.accept();
    await room.video.frames(2);
    const before = room.video.requests;
    const startedAt = systemClock.now();
    for (let n = 0; n < 50; n += 1) {
      await Promise.all([act(storm!), act(storm!), act(storm!), room.video.frames(1)]);
      if (n === 20) await other!.consumer.accept();
    }
    const elapsedMs = systemClock.now() - startedAt;
    await other!.shown;
    const requests = room.video.requests - before;
    expect(requests).toBeLessThanOrEqual(2 + Math.ceil(elapsedMs / 500));
    expect(requests).toBeGreaterThan(0);
  });
});
