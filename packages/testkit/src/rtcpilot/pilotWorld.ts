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

/** A room over push-pull, and all that it says. */
export interface PilotPeer {
  readonly room: Room;
  readonly said: readonly string[];
  /** The first line, from `since` on, that matches. */
  until(pattern: RegExp, since?: number): Promise<string>;
  /** The connections that its browser made. */
  readonly connections: readonly FakeRtcPeerConnection[];
}

export interface PilotWorld {
  readonly pilot: RtcPilot;
  readonly clock: ManualClock;
  /** A room that has joined. */
  join(peerId: string, options?: PilotJoinOptions): Promise<PilotPeer>;
}

export interface PilotJoinOptions extends PushPullOptions, Pick<FakeBrowserOptions, 'video'> {
  /** Whose offers it makes. Default Chromium's. */
  readonly browser?: 'chromium' | 'firefox';
}

/** RTCPilot, and rooms on it over real WebSockets, with the real engine on a browser that is not there. Time stands still. */
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
  // Every event is a line, and each line may be what someone waits for.
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
