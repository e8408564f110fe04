import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { ManualClock } from '@tureen/kernel';
import { mediasoupV3, Room, roomEventNames, type RoomEvents, type RoomOptions } from '@tureen/client';
import { FakeEngine } from '@tureen/client/testing';
import { flushMicrotasks } from '../flushMicrotasks.ts';
import { RoomRecorder } from './RoomRecorder.ts';
import { ScriptedServer } from './ScriptedServer.ts';
import { steppedPolicy } from './steppedPolicy.ts';

export function fakeTrack(kind: 'audio' | 'video'): MediaStreamTrack {
  return new FakeMediaStreamTrack({ kind });
}

/** Events that only repeat actions of the engine, the devices and the playback of a test. */
const unrecorded = new Set<keyof RoomEvents>([
  'producerDeviceChanged',
  'producerMuteChanged',
  'transportStateChanged',
  'transportStats',
  'producerStats',
  'consumerStats',
  'codecsUnsupported',
  'networkChanged',
  'playbackBlocked',
  'playbackPaused',
]);
const roomEvents = roomEventNames.filter((name) => !unrecorded.has(name));

/** Alice's room on a scripted server, with a record of its events. */
export function roomWorld(options: Partial<RoomOptions> = {}) {
  const server = new ScriptedServer();
  const engine = new FakeEngine();
  const clock = new ManualClock();
  const stepped = steppedPolicy();
  const room = new Room({
    roomId: 'r1',
    peerId: 'alice',
    dialect: mediasoupV3({ engine }),
    transport: server.transport,
    clock,
    reconnectPolicy: stepped.policy,
    ...options,
  });
  stepped.follow(room);
  return { server, engine, clock, room, said: hear(room) };
}

/** Records every event of the room from now on, one line each. */
export function hear(room: Room): RoomRecorder {
  const said = new RoomRecorder();
  for (const event of roomEvents) room.on(event, (payload) => said.push(`${event} ${describe(payload)}`.trim()));
  return said;
}

/** IDs and plain texts of a payload. */
function describe(payload: object): string {
  return Object.entries(payload)
    .map(([key, value]: [string, unknown]) => {
      if (typeof value === 'object' && value !== null) {
        if ('code' in value) return `${key}=${String(value.code)}`;
        return 'id' in value ? String(value.id) : '';
      }
      if (value === undefined || value === null || key === 'previous') return '';
      if (key === 'waitingForNetwork') return value === true ? key : '';
      const word = (value as string | number | boolean).toString();
      return ['by', 'existing', 'isLocal', 'delayMs', 'attempt'].includes(key) ? `${key}=${word}` : word;
    })
    .filter((word) => word !== '')
    .join(' ');
}

/** Timers of a joined, idle room: the liveness check of its connection. */
export const joinedTimers = 1;

/**
 * Simulates the next `ms` milliseconds in steps short enough for a server to respond to probes in between. Resolves when room and server
 * have done everything that is due by then. With 0, everything that takes no time.
 */
export async function pass(clock: ManualClock, ms: number): Promise<void> {
  let left = ms;
  do {
    clock.advance(Math.min(left, 1000));
    await flushMicrotasks();
    left -= 1000;
  } while (left > 0);
}

/** Simulates time from timer to timer until `work` is done. Resolves with the milliseconds that passed. Rejects as `work` does. */
export async function passUntil(clock: ManualClock, work: Promise<unknown>): Promise<number> {
  const started = clock.now();
  let isDone = false;
  const stop = () => {
    isDone = true;
  };
  work.then(stop, stop);
  for (await flushMicrotasks(); !isDone; await flushMicrotasks()) clock.advance(clock.nextIn ?? 0);
  await work;
  return clock.now() - started;
}
