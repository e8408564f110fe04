import { describe, expect, it } from 'vitest';
import { joinedPushPullWorld, pusher, user, type PushPullWorldOptions } from '@tureen/testkit/scripted/pushPullWorld';
import { flushMicrotasks } from '@tureen/testkit/flushMicrotasks';
import { joinedTimers } from '@tureen/testkit/scripted/roomWorld';
import { whenRead } from '@tureen/testkit/scripted/waits';

type World = Awaited<ReturnType<typeof joinedPushPullWorld>>;

const pilot = (bobs: readonly string[], options: PushPullWorldOptions = {}) =>
  joinedPushPullWorld({ profile: 'rtcpilot', isRtcPilot: true, ...options }, bobs);

/** Lets so many packets of each consumer have come in all, and so many ms pass, look by look. */
async function receive({ media, clock }: World, packets: Readonly<Record<string, number>>, ms = 800) {
  for (const connection of media.session.connections)
    for (const consumer of connection.consumers) {
      const packetsReceived = packets[consumer.id];
      consumer.stats = new Map(packetsReceived === undefined ? [] : [['in', { type: 'inbound-rtp', packetsReceived }]]);
    }
  for (let passed = 0; passed < ms; passed += 400) {
    clock.advance(400);
    await flushMicrotasks();
  }
}

describe('a consumer without packets', () => {
  it('is paused by unknown once they have ceased for some seconds, and resumed when they come again', async () => {
    const world = await pilot(['b-audio', 'b-video']);
    const { said, room } = world;
    await receive(world, { 'b-audio': 10, 'b-video': 10 });
    for (let count = 11; count < 14; count += 1) await receive(world, { 'b-audio': count, 'b-video': 10 });
    expect(said).toEqual([]);
    for (let count = 14; count < 18; count += 1) await receive(world, { 'b-audio': count, 'b-video': 10 });
    expect(said).toEqual(['consumerPaused b-video by=unknown']);
    expect(room.consumers.get('b-video')).toMatchObject({ paused: true, remotePaused: true, localPaused: false });
    await receive(world, { 'b-audio': 18, 'b-video': 11 });
    expect(said.slice(1)).toEqual(['consumerResumed b-video by=unknown']);
    for (let count = 19; count < 29; count += 1) await receive(world, { 'b-audio': count, 'b-video': 11 });
    expect(said.slice(2)).toEqual(['consumerPaused b-video by=unknown']);
  });

  it('is paused by unknown where none ever came, for one that joins late', async () => {
    const world = await pilot(['b-audio', 'b-video']);
    await receive(world, { 'b-audio': 1 });
    await receive(world, { 'b-audio': 2 });
    await receive(world, { 'b-audio': 3 });
    expect(world.said).toEqual(['consumerPaused b-video by=unknown']);
    await receive(world, { 'b-audio': 3, 'b-video': 1 });
    expect(world.said.slice(1)).toEqual(['consumerResumed b-video by=unknown']);
  });

  it('counts by time, not by looks: timers are slow where no one looks at the page', async () => {
    const world = await pilot(['b-video']);
    await receive(world, { 'b-video': 7 });
    world.clock.advance(60_000);
    await world.said.reaches(1);
    expect(world.said).toEqual(['consumerPaused b-video by=unknown']);
  });

  it.each(['new', 'connecting', 'disconnected', 'failed'] as const)(
    'says nothing while its connection is %s',
    async (state) => {
      const world = await pilot(['b-video'], { autoConnect: false, heartbeatMs: 1_000_000 });
      world.media.session.pullConnection.setConnectionState(state);
      await receive(world, {}, 5600);
      expect(world.said.filter((line) => line.startsWith('consumer'))).toEqual([]);
    },
  );

  it('says nothing while the app has paused it, and waits again when it is resumed', async () => {
    const world = await pilot(['b-video']);
    await receive(world, { 'b-video': 1 });
    const consumer = world.room.consumers.get('b-video')!;
    await consumer.pause();
    world.said.length = 0;
    await receive(world, { 'b-video': 1 }, 8000);
    expect(consumer.remotePaused).toBe(false);
    await consumer.resume();
    world.said.length = 0;
    await receive(world, { 'b-video': 1 }, 3200);
    expect(world.said).toEqual([]);
    await receive(world, { 'b-video': 1 }, 2400);
    expect(world.said).toEqual(['consumerPaused b-video by=unknown']);
  });

  it('resumes over another connection', async () => {
    const world = await pilot(['b-video'], { heartbeatMs: 1_000_000 });
    await receive(world, {}, 3200);
    expect(world.said).toEqual(['consumerPaused b-video by=unknown']);
    world.media.session.pullConnection.setConnectionState('failed');
    await flushMicrotasks();
    expect(world.room.consumers.get('b-video')?.remotePaused).toBe(true);
    await receive(world, { 'b-video': 1 });
    expect(world.said).toContain('consumerResumed b-video by=unknown');
  });

  it('is the same in profile standard, on a server that does not report ended pushes', async () => {
    const world = await joinedPushPullWorld({ isRtcPilot: true }, ['b-video']);
    await receive(world, {}, 3200);
    expect(world.said).toEqual(['consumerPaused b-video by=unknown']);
  });

  it('means nothing where the server reports ended pushes', async () => {
    const world = await joinedPushPullWorld({}, ['b-audio', 'b-video']);
    await receive(world, {}, 8000);
    expect(world.said).toEqual([]);
  });

  it('that the server has paused is resumed by the server, or by packets', async () => {
    const world = await pilot([]);
    await whenRead(world.room, () => {
      world.server.notify('newPusher', { ...user('bob'), pushers: [pusher('b-video', { paused: true })] });
    });
    world.said.length = 0;
    await receive(world, {}, 4000);
    expect(world.said).toEqual([]);
    await receive(world, { 'b-video': 1 });
    expect(world.said).toEqual(['consumerResumed b-video by=unknown']);
  });
});

describe('a picture that stands for none', () => {
  it('is paused by unknown, from the first look or later, and resumed by any other', async () => {
    const world = await pilot(['b-video']);
    let packetsReceived = 0;
    const show = async (frameWidth: number, ms: number) => {
      for (let passed = 0; passed < ms; passed += 800) {
        const [consumer] = world.media.session.pullConnection.consumers;
        packetsReceived += 1;
        consumer!.stats = new Map([['in', { type: 'inbound-rtp', packetsReceived, frameWidth }]]);
        world.clock.advance(800);
        await flushMicrotasks();
      }
    };
    await show(16, 2400);
    expect(world.said).toEqual(['consumerPaused b-video by=unknown']);
    await show(160, 800);
    expect(world.said.slice(1)).toEqual(['consumerResumed b-video by=unknown']);
    await show(160, 8000);
    await show(16, 2400);
    expect(world.said.slice(2)).toEqual(['consumerPaused b-video by=unknown']);
  });
});

describe('looking for packets', () => {
  it('ends with the last consumer, and with the room', async () => {
    const world = await pilot(['b-video']);
    expect(world.clock.pending).toBe(2 + joinedTimers);
    world.server.notify('userLeave', { userId: 'bob' });
    await receive(world, {});
    expect(world.clock.pending).toBe(1 + joinedTimers);
    await whenRead(world.room, () => {
      world.server.notify('newUser', [user('carol', 'c-video')]);
    });
    expect(world.clock.pending).toBe(2 + joinedTimers);
    await world.room.leave();
    expect(world.clock.pending).toBe(0);
  });

  it('is no more often than looking for speakers', async () => {
    const world = await pilot(['b-audio', 'b-video']);
    let looks = 0;
    for (const connection of world.media.session.connections)
      for (const consumer of connection.consumers)
        Object.defineProperty(consumer, 'stats', { get: () => ((looks += 1), new Map()) });
    world.clock.advance(799);
    await flushMicrotasks();
    expect(looks).toBe(0);
    world.clock.advance(1);
    await flushMicrotasks();
    world.clock.advance(799);
    await flushMicrotasks();
    expect(looks).toBeLessThanOrEqual(4);
  });
});
