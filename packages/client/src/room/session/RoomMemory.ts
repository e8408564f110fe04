import type { DialectMemory } from '../DialectPort.ts';

/** What the dialect of one room keeps from one session to the next. */
export class RoomMemory implements DialectMemory {
  resumeToken: string | undefined;
  #state: object | undefined;

  recall<T extends object>(create: () => T): T {
    this.#state ??= create();
    // A room has one dialect, which always asks for the same.
    return this.#state as T;
  }
}
