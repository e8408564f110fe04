import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { fakeTrack, joinedTimers, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { whenDisconnected } from '@tureen/testkit/scripted/waits';

/** The part of a page that reports its activity. */
class Page extends EventTarget {
  visibilityState = 'visible';
  listeners = 0;

  override addEventListener(...args: Parameters<EventTarget['addEventListener']>): void {
    this.listeners += 1;
    const [, , options] = args;
    if (typeof options === 'object') options.signal?.addEventListener('abort', () => (this.listeners -= 1));
    super.addEventListener(...args);
  }
}

let page: Page;

beforeEach(() => {
  page = new Page();
  vi.stubGlobal('window', page);
  vi.stubGlobal('document', page);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

async function joined() {
  const world = roomWorld();
  await world.room.join();
  world.said.length = 0;
  world.server.received.length = 0;
  return world;
}

const say = (event: string) => page.dispatchEvent(new Event(event));

describe('a page event while the room reconnects', () => {
  it.each(['online', 'visibilitychange', 'resume'])('starts the next attempt at once on %s', async (event) => {
    const { room, server, clock } = await joined();
    await whenDisconnected(room, () => {
      server.drop();
    });
    const back = room.waitFor('reconnected');
    say(event);
    await back;
    expect(room.state).toBe('joined');
    expect(server.connections).toHaveLength(2);
    expect(clock.pending).toBe(joinedTimers);
  });

  it.each(['offline', 'pageshow'])('changes nothing on %s', async (event) => {
    const { room, server, clock } = await joined();
    await whenDisconnected(room, () => {
      server.drop();
    });
    say(event);
    await expectUnchanged(() => room.state, 'reconnecting');
    expect(clock.nextIn).toBe(100);
    await room.leave();
  });

  it('starts no second attempt during an attempt', async () => {
    const { room, server, clock } = await joined();
    await whenDisconnected(room, () => {
      server.drop();
    });
    const back = room.waitFor('reconnected');
    clock.advance(100);
    say('online');
    say('visibilitychange');
    await back;
    expect(server.connections).toHaveLength(2);
  });
});

describe('a page event while the room is joined', () => {
  it('sends one probe at a time', async () => {
    const { room, server } = await joined();
    say('online');
    say('visibilitychange');
    await server.receives(1);
    expect(server.methods()).toEqual(['getRouterRtpCapabilities']);
    say('visibilitychange');
    await server.receives(2);
    expect(server.methods()).toHaveLength(2);
    expect(room.state).toBe('joined');
  });

  it('makes the room reconnect when the probe gets no response', async () => {
    const { room, server, clock, said } = await joined();
    server.on('getRouterRtpCapabilities', () => new Promise(() => {}));
    say('online');
    await server.sent('getRouterRtpCapabilities');
    clock.advance(5000);
    await said.reaches(1);
    expect(said[0]).toBe('stateChanged reconnecting the connection is dead');
    expect(server.connections[0]?.closed).toBe(true);
    await room.leave();
    expect(clock.pending).toBe(0);
  });

  it('keeps the room joined when the server refuses the probe', async () => {
    const { room, server } = await joined();
    server.on('getRouterRtpCapabilities', () => {
      throw new Error('not now');
    });
    say('online');
    await server.sent('getRouterRtpCapabilities');
    await expectUnchanged(() => room.state, 'joined');
  });

  it('has no listener before join() and after leave()', async () => {
    const before = roomWorld();
    expect(page.listeners).toBe(0);
    await before.room.join();
    expect(page.listeners).toBeGreaterThan(0);
    await before.room.leave();
    expect(page.listeners).toBe(0);
    before.server.refusal = new Error('down');
    await expect(before.room.join()).rejects.toMatchObject({ code: 'connectionFailed' });
    expect(page.listeners).toBe(0);
  });
});

describe('close code 4000', () => {
  /** Opens the room, with media that broke `agoMs` ago. */
  async function troubled(agoMs: number) {
    const world = await joined();
    const [session] = world.engine.sessions;
    const [transport] = session?.recvTransports ?? [];
    transport?.setConnectionState('connected');
    transport?.setConnectionState('disconnected');
    transport?.setConnectionState('connected');
    world.clock.advance(agoMs);
    world.said.length = 0;
    return world;
  }

  it('ends the session', async () => {
    const { room, server, said } = await joined();
    await whenDisconnected(room, () => {
      server.drop({ by: 'server', code: 4000 });
    });
    expect(room.state).toBe('left');
    expect(said.at(-1)).toBe('left closedByServer');
  });

  it('ends the session after a loss of media when the server gives another reason', async () => {
    const { room, server, said } = await troubled(10_000);
    await whenDisconnected(room, () => {
      server.drop({ by: 'server', code: 4000, reason: 'kicked' });
    });
    expect(said.at(-1)).toBe('left kicked');
  });

  it('causes one rejoin within 10 s after a loss of media', async () => {
    const { room, server, clock, said } = await troubled(10_000);
    server.drop({ by: 'server', code: 4000 });
    await said.reaches(1);
    expect(said[0]).toBe('stateChanged reconnecting the server closed the connection as media was lost');
    const back = room.waitFor('reconnected');
    clock.advance(100);
    expect(await back).toEqual({ resumed: false });
    await whenDisconnected(room, () => {
      server.drop({ by: 'server', code: 4000 });
    });
    expect(room.state).toBe('left');
    expect(clock.pending).toBe(0);
  });

  it('replays pending requests after that rejoin: a microphone stays muted', async () => {
    const { room, server, clock } = await troubled(0);
    const microphone = await room.produce(fakeTrack('audio'));
    server.on('pauseProducer', () => new Promise(() => {}));
    server.on('produceData', () => new Promise(() => {}));
    const muted = microphone.pause();
    const channel = room.produceData();
    await Promise.all([server.sent('pauseProducer'), server.sent('produceData')]);
    await whenDisconnected(room, () => {
      server.drop({ by: 'server', code: 4000, reason: 'mediaLost' });
    });
    server.on('pauseProducer', () => ({}));
    server.on('produceData', () => ({ id: 'd1' }));
    clock.advance(100);
    await Promise.all([muted, channel]);
    expect([microphone.paused, microphone.closed, room.dataProducers.size]).toEqual([true, false, 1]);
  });

  it('ends the session when media was lost more than 10 s before', async () => {
    const { room, server } = await troubled(10_001);
    await whenDisconnected(room, () => {
      server.drop({ by: 'server', code: 4000 });
    });
    expect(room.state).toBe('left');
  });

  it('ends the session at the second eviction of two tabs with one peer ID', async () => {
    const world = await troubled(0);
    for (const expected of ['reconnecting', 'left']) {
      await whenDisconnected(world.room, () => {
        world.server.drop({ by: 'server', code: 4000 });
      });
      expect(world.room.state).toBe(expected);
      const joinedAgain = expected === 'reconnecting' ? world.room.waitFor('reconnected') : null;
      world.clock.advance(100);
      await joinedAgain;
    }
    expect(world.clock.pending).toBe(0);
  });
});
