import { expect, vi } from 'vitest';
import { TureenError } from '../shared/errors.ts';
import type { TransportClosed } from '../signaling/SignalingTransport.ts';
import { pass, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { whenDisconnected } from '@tureen/testkit/scripted/waits';
import type { RoomEvents } from '../room/events.ts';
import type { RoomOptions } from '../room/options.ts';

/** Page of a browser that reports the network and the user's activity. */
export class Page extends EventTarget {
  visibilityState = 'visible';
  onLine = true;
  listeners = 0;

  override addEventListener(...args: Parameters<EventTarget['addEventListener']>): void {
    const [, , options] = args;
    this.listeners += 1;
    if (typeof options === 'object') options.signal?.addEventListener('abort', () => (this.listeners -= 1));
    super.addEventListener(...args);
  }

  goOnline(): void {
    this.onLine = true;
    this.dispatchEvent(new Event('online'));
  }

  goOffline(): void {
    this.onLine = false;
    this.dispatchEvent(new Event('offline'));
  }

  look(): void {
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

/** Replaces the page of the browser. Undo with `vi.unstubAllGlobals()`. */
export function stubPage(): Page {
  const page = new Page();
  for (const name of ['window', 'document', 'navigator']) vi.stubGlobal(name, page);
  return page;
}

export const down = new TureenError('connectionFailed', 'down');

/** Returns a joined room, and each `reconnecting` that it announces. */
export async function joined(options: Partial<RoomOptions> = {}) {
  const world = roomWorld({ reconnectPolicy: undefined, ...options });
  const announced: RoomEvents['reconnecting'][] = [];
  world.room.on('reconnecting', (details) => announced.push(details));
  await world.room.join();
  const { server, clock, room } = world;
  return {
    ...world,
    announced,
    /** Returns the delay of the waiting attempt. */
    delayMs: () => announced.at(-1)?.delayMs ?? NaN,
    async lose(closed?: TransportClosed) {
      if (server.connection.closed) return;
      await whenDisconnected(room, () => {
        server.drop(closed);
      });
    },
    pass: (ms: number) => pass(clock, ms),
    /** Makes the waiting attempt, and lets the room join or the attempt fail. */
    async attempt() {
      const over = Promise.race([room.waitFor('stateChanged'), room.waitFor('reconnecting')]);
      clock.advance(announced.at(-1)?.delayMs ?? NaN);
      if (room.state === 'reconnecting') await over;
    },
    connections: () => server.connections.length,
    isJoined: () => room.state === 'joined',
  };
}

/** Closes each session after `heldMs`, `times` times. Returns the delay before each new session. */
export async function churn(heldMs: number, times: number, closed: { code?: number; reason?: string } = {}) {
  const world = await joined();
  const delays: number[] = [];
  for (let time = 0; time < times; time++) {
    await world.pass(heldMs);
    await world.lose({ by: 'network', ...closed });
    delays.push(world.delayMs());
    await world.attempt();
    expect(world.room.state).toBe('joined');
  }
  return { ...world, delays };
}
