import { onTestFinished } from 'vitest';
import { deferred, type Deferred, ManualClock } from '@tureen/kernel';

import { ProtooTransport, Room } from '@tureen/client';
import {
  chromiumVideo,
  fakeBrowser,
  type FakeBrowserOptions,
  type FakeRtcPeerConnection,
  offerOf,
} from '@tureen/client/fixtures';
import { PushPullDialect, type PushPullOptions } from '@tureen/client/internals';
import { hear } from '../scripted/roomWorld.ts';
import { RtcPilot } from './RtcPilot.ts';

/** A room over push-pull, with a record of its events. */
export interface PilotPeer {
  readonly room: Room;
  readonly said: readonly string[];
  /** Resolves with the first matching line from `since` on. */
  until(pattern: RegExp, since?: number): Promise<string>;
  /** Connections that its browser has created. */
  readonly connections: readonly FakeRtcPeerConnection[];
}

export interface PilotWorld {
  readonly pilot: RtcPilot;
  readonly clock: ManualClock;
  /** Opens a room and joins. */
  join(peerId: string, options?: PilotJoinOptions): Promise<PilotPeer>;
}

export interface PilotJoinOptions extends PushPullOptions, Pick<FakeBrowserOptions, 'video'> {
  /** Browser whose offers the room sends. Default Chromium. */
  readonly browser?: 'chromium' | 'firefox';
}

/** RTCPilot, and rooms on it over real WebSockets, with the real engine on a fake browser. The clock is manual. */
export async function pilotWorld(): Promise<PilotWorld> {
  const clock = new ManualClock();
  const pilot = await RtcPilot.start({ clock });
  const rooms: Room[] = [];
  onTestFinished(async () => {
    for (const room of rooms) void room.leave();
    await pilot.close();
  });
  return {
    pilot,
    clock,
    join: async (peerId, { browser: name = 'chromium', video: given, ...options } = {}) => {
      // Debian's Firefox has no H264.
      const video = given ?? (name === 'firefox' ? chromiumVideo.slice(0, 1) : undefined);
      const browser = fakeBrowser({
        offer: (pc) => offerOf(name, pc),
        ...(video === undefined ? {} : { video }),
      });
      const room = new Room({
        roomId: 'r1',
        peerId,
        dialect: new PushPullDialect(browser.engine, { profile: 'rtcpilot', ...options }),
        transport: new ProtooTransport({ url: pilot.url }),
        clock,
        reconnectPolicy: ({ attempt }) => (attempt > 5 ? null : 100),
      });
      rooms.push(room);
      const peer = { room, connections: browser.connections, ...witness(room) };
      await room.join({ displayName: peerId.toUpperCase() });
      return peer;
    },
  };
}

function witness(room: Room): Pick<PilotPeer, 'said' | 'until'> {
  const said = hear(room);
  const waiters: { pattern: RegExp; since: number; found: Deferred<string> }[] = [];
  const look = () => {
    for (const { pattern, since, found } of waiters) {
      const line = said.slice(since).find((one) => pattern.test(one));
      if (line !== undefined) found.resolve(line);
    }
  };
  // Each event is a line, which may resolve a wait.
  said.push = (...lines) => {
    const length = Array.prototype.push.apply(said, lines);
    look();
    return length;
  };
  return {
    said,
    until: (pattern, since = 0) => {
      const found = deferred<string>();
      waiters.push({ pattern, since, found });
      look();
      return found.promise;
    },
  };
}
