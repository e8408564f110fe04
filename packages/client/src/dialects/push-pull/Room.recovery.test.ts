import { describe, expect, it } from 'vitest';
import { joinedPushPullWorld, pusher, type PushPullWorldOptions } from '@tureen/testkit/scripted/pushPullWorld';
import { whenDisconnected, whenRead } from '@tureen/testkit/scripted/waits';
import { fakeTrack, pass as passOf } from '@tureen/testkit/scripted/roomWorld';

const never = () => new Promise(() => {});

/** Joins Alice's room with a camera, and Bob's audio and video over one connection, on a server that resumes sessions. */
async function inCall(options: PushPullWorldOptions = {}) {
  const world = await joinedPushPullWorld(options, ['bob-audio', 'bob-video']);
  const { room, server, said, clock, media } = world;
  const camera = await room.produce(fakeTrack('video'), { source: 'camera' });
  said.length = 0;
  server.received.length = 0;
  const pass = (ms: number) => passOf(clock, ms);
  const fail = async (direction: 'send' | 'recv') => {
    media.session[direction === 'send' ? 'pushConnection' : 'pullConnection'].setConnectionState('failed');
    await pass(0);
  };
  const respondAgain = () => {
    let pushes = 10;
    server
      .on('push', () => {
        const id = `own-${++pushes}`;
        return { code: 0, message: 'ok', sdp: 'v=0', pushers: [{ ...pusher(id), mid: '0' }] };
      })
      .on('pull', () => ({ code: 0, message: 'ok', sdp: 'v=0' }));
  };
  const reconnect = async () => {
    const back = room.waitFor('reconnected');
    await pass(100);
    await back;
  };
  return { ...world, camera, fail, pass, respondAgain, reconnect };
}

const directions = [
  ['send', 'push'],
  ['recv', 'pull'],
] as const;

describe.each(directions)('while recovery in direction %s waits for the response to %s', (direction, method) => {
  async function recovering() {
    const world = await inCall();
    world.server.on(method, never);
    await world.fail(direction);
    expect(world.server.methods()).toContain(method);
    return world;
  }

  it('leaks nothing when the room is left', async () => {
    const { room, said, media, clock, pass } = await recovering();
    const leaving = room.leave();
    await pass(1000);
    await leaving;
    said.length = 0;
    await pass(120_000);
    expect(said).toEqual([]);
    expect(media.counts).toEqual({ sessions: 0, pushes: 0, pulls: 0, producers: 0, consumers: 0, waiting: 0 });
    expect(clock.pending).toBe(0);
  });

  it('restores the desired state when the connection drops', async () => {
    const { server, room, media, camera, respondAgain, reconnect, pass } = await recovering();
    await whenDisconnected(room, () => {
      server.drop();
    });
    respondAgain();
    await reconnect();
    await pass(15_000);
    expect(room.state).toBe('joined');
    expect(camera.closed).toBe(false);
    expect([...room.consumers.keys()].toSorted()).toEqual(['bob-audio', 'bob-video']);
    for (const consumer of room.consumers.values()) expect(consumer.track?.readyState).toBe('live');
    expect(media.counts).toMatchObject({ sessions: 1, producers: 1, consumers: 2, waiting: 0 });
  });

  it('recovers nothing when bob leaves or the camera is closed', async () => {
    const { server, room, camera, said, pass } = await recovering();
    if (direction === 'send') await camera.close();
    else
      await whenRead(room, () => {
        server.notify('userLeave', { userId: 'bob', userName: 'BOB' });
      });
    await pass(15_000);
    expect(room.state).toBe('joined');
    expect(said.at(-1)).toBe(`transportRecovered ${direction} rebuild`);
  });
});

describe('a recovered connection that is slow to connect', () => {
  it.each(directions)('makes the room rejoin after seven seconds (direction %s)', async (direction) => {
    const { room, media, said, fail, pass } = await inCall({ autoConnect: false });
    const connection = () => media.session[direction === 'send' ? 'pushConnection' : 'pullConnection'];
    connection().setConnectionState('connected');
    await fail(direction);
    connection().setConnectionState('connecting');
    await pass(7000);
    expect(said.slice(0, 2)).toEqual([
      `transportRecovering ${direction} rebuild failed`,
      `transportRecovering ${direction} rejoin no connection after rebuild`,
    ]);
    expect(room.state).toBe('reconnecting');
  });

  it('causes no rejoin when it connects within seven seconds', async () => {
    const { room, media, said, fail, pass } = await inCall({ autoConnect: false });
    media.session.pushConnection.setConnectionState('connected');
    await fail('send');
    media.session.pushConnection.setConnectionState('connecting');
    await pass(6999);
    media.session.pushConnection.setConnectionState('connected');
    await pass(60_000);
    expect(said).toEqual(['transportRecovering send rebuild failed', 'transportRecovered send rebuild']);
    expect(room.state).toBe('joined');
  });
});

describe('a page that becomes active', () => {
  it.each([false, true])('sends a heartbeat where a response can be expected (RTCPilot: %s)', async (isRtcPilot) => {
    const window = new EventTarget();
    const globals = globalThis as { window?: unknown };
    globals.window = window;
    try {
      const { server, room, pass } = await inCall({ isRtcPilot, heartbeatMs: 1000 });
      if (isRtcPilot) server.on('heartbeat', never);
      window.dispatchEvent(new Event('online'));
      await pass(0);
      // A server that announces extensions answers from the start.
      expect(server.methods()).toEqual(isRtcPilot ? [] : ['heartbeat']);
      await pass(1000);
      server.on('heartbeat', never);
      window.dispatchEvent(new Event('online'));
      await pass(5000);
      expect(room.state).toBe(isRtcPilot ? 'joined' : 'reconnecting');
      await room.leave();
    } finally {
      delete globals.window;
    }
  });
});
