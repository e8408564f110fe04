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

/** Events that would only repeat what the engine, the devices and the playback of a test do. */
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

/** A room of alice on a scripted server, with everything that it says written down. */
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

/** Records every event of the room from now on, a line each. */
export function hear(room: Room): RoomRecorder {
  const said = new RoomRecorder();
  for (const event of roomEvents) room.on(event, (payload) => said.push(`${event} ${describe(payload)}`.trim()));
  return said;
}

/** The ids in a payload, and the plain words beside them. */
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

/** Timers of a room that is joined and does nothing else: the watch over its connection. */
export const joinedTimers = 1;

/**
 * Simulates the next `ms` milliseconds, in steps short enough for a server to answer the probes in between. Resolves when room and
 * server have done all that is due by then; with 0, all that takes no time.
 */
export async function pass(clock: ManualClock, ms: number): Promise<void> {
  let left = ms;
  do {
    clock.advance(Math.min(left, 1000));
    await flushMicrotasks();
    left -= 1000;
  } while (left > 0);
}

/** Simulates time from one timer to the next until `work` is done. Resolves with the milliseconds that passed; rejects as `work`. */
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
