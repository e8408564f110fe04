import type { Room } from '@tureen/client';
import { deferred } from '@tureen/kernel';
import { flushMicrotasks } from '../flushMicrotasks.ts';

/**
 * Calls `act`, which sends a message to the room. Resolves when the room has read the message and created its objects. With fake media this
 * takes only microtasks.
 */
export async function whenRead(room: Room, act: () => unknown): Promise<void> {
  const read = deferred<void>();
  const stop = room.trace(({ direction, kind }) => {
    if (direction === 'in' && kind !== 'response') read.resolve();
  });
  act();
  await read.promise;
  stop();
  await flushMicrotasks();
}

/**
 * Calls `act`, which makes the room send `method`, or any request if null. Resolves when the room has read the response and created its
 * objects.
 */
export async function whenAnswered(room: Room, method: string | null, act: () => unknown): Promise<void> {
  const answered = deferred<void>();
  const stop = room.trace((message) => {
    if (message.direction !== 'in' || message.kind !== 'response') return;
    if (method === null || message.method === method) answered.resolve();
  });
  act();
  await answered.promise;
  stop();
  await flushMicrotasks();
}

/** Calls `act`, which ends the room's connection. Resolves when the room waits for its next attempt, or has ended. */
export async function whenDisconnected(room: Room, act: () => unknown): Promise<void> {
  const disconnected = deferred<void>();
  const stop = [
    room.subscribe('reconnecting', () => {
      disconnected.resolve();
    }),
    room.subscribe('stateChanged', ({ state }) => {
      if (state === 'left' || state === 'failed') disconnected.resolve();
    }),
  ];
  act();
  await disconnected.promise;
  for (const each of stop) each();
  await flushMicrotasks();
}
