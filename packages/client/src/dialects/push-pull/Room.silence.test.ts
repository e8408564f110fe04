import { describe, expect, it } from 'vitest';
import { joinedPushPullWorld, pusher, user, type PushPullWorldOptions } from '@tureen/testkit/scripted/pushPullWorld';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { whenAnswered, whenRead } from '@tureen/testkit/scripted/waits';
import { joinedTimers, pass } from '@tureen/testkit/scripted/roomWorld';

type World = Awaited<ReturnType<typeof joinedPushPullWorld>>;

const pilot = (bobs: readonly string[], options: PushPullWorldOptions = {}) =>
  joinedPushPullWorld({ profile: 'rtcpilot', isRtcPilot: true, ...options }, bobs);

/** Sets the total packets of each consumer, and advances the clock check by check. */
async function receive({ media, clock }: World, packets: Readonly<Record<string, number>>, ms = 800) {
  for (const connection of media.session.connections)
    for (const consumer of connection.consumers) {
      const packetsReceived = packets[consumer.id];
      consumer.stats = new Map(packetsReceived === undefined ? [] : [['in', { type: 'inbound-rtp', packetsReceived }]]);
    }
  for (let passed = 0; passed < ms; passed += 400) {
    await pass(clock, 400);
  }
}

describe('a consumer without packets', () => {
  it('is paused by unknown some seconds after its packets stop, and resumed when they arrive again', async () => {
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

  it('is paused by unknown where packets never arrived, for a late joiner', async () => {
    const world = await pilot(['b-audio', 'b-video']);
    await receive(world, { 'b-audio': 1 });
    await receive(world, { 'b-audio': 2 });
    await receive(world, { 'b-audio': 3 });
    expect(world.said).toEqual(['consumerPaused b-video by=unknown']);
    await receive(world, { 'b-audio': 3, 'b-video': 1 });
    expect(world.said.slice(1)).toEqual(['consumerResumed b-video by=unknown']);
  });

  it('counts time, not checks: timers slow down in a background page', async () => {
    const world = await pilot(['b-video']);
    await receive(world, { 'b-video': 7 });
    world.clock.advance(60_000);
    await world.said.reaches(1);
    expect(world.said).toEqual(['consumerPaused b-video by=unknown']);
  });

  it.each(['new', 'connecting', 'disconnected', 'failed'] as const)(
    'is not paused while its connection is %s',
    async (state) => {
      const world = await pilot(['b-video'], { autoConnect: false, heartbeatMs: 1_000_000 });
      world.media.session.pullConnection.setConnectionState(state);
      await receive(world, {}, 5600);
      expect(world.said.filter((line) => line.startsWith('consumer'))).toEqual([]);
    },
  );

  it('is not paused by silence while the app has paused it, and is watched again after resume', async () => {
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

  it('is resumed over another connection', async () => {
    const world = await pilot(['b-video'], { heartbeatMs: 1_000_000 });
    await receive(world, {}, 3200);
    expect(world.said).toEqual(['consumerPaused b-video by=unknown']);
    await whenAnswered(world.room, 'pull', () => {
      world.media.session.pullConnection.setConnectionState('failed');
    });
    expect(world.room.consumers.get('b-video')?.remotePaused).toBe(true);
    await receive(world, { 'b-video': 1 });
    expect(world.said).toContain('consumerResumed b-video by=unknown');
  });

  it('is paused in profile standard too, on a server that does not report closed pushers', async () => {
    const world = await joinedPushPullWorld({ isRtcPilot: true }, ['b-video']);
    await receive(world, {}, 3200);
    expect(world.said).toEqual(['consumerPaused b-video by=unknown']);
  });

  it('is not paused where the server reports closed pushers', async () => {
    const world = await joinedPushPullWorld({}, ['b-audio', 'b-video']);
    await receive(world, {}, 8000);
    expect(world.said).toEqual([]);
  });

  it('is resumed by the server or by packets after the server paused it', async () => {
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

describe('a black placeholder video', () => {
  it('is paused by unknown, at the first check or later, and resumed by other frames', async () => {
    const world = await pilot(['b-video']);
    let packetsReceived = 0;
    const show = async (frameWidth: number, ms: number) => {
      for (let passed = 0; passed < ms; passed += 800) {
        const [consumer] = world.media.session.pullConnection.consumers;
        packetsReceived += 1;
        consumer!.stats = new Map([['in', { type: 'inbound-rtp', packetsReceived, frameWidth }]]);
        await pass(world.clock, 800);
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

describe('the checks for packets', () => {
  it('end with the last consumer, and with the room', async () => {
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

  it('run no more often than those for active speakers', async () => {
    const world = await pilot(['b-audio', 'b-video']);
    let looks = 0;
    for (const connection of world.media.session.connections)
      for (const consumer of connection.consumers)
        Object.defineProperty(consumer, 'stats', { get: () => ((looks += 1), new Map()) });
    world.clock.advance(799);
    await expectUnchanged(() => looks, 0);
    await pass(world.clock, 1);
    await pass(world.clock, 799);
    expect(looks).toBeLessThanOrEqual(4);
  });
});
