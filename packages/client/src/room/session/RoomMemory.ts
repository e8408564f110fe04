import type { DialectMemory } from '../DialectPort.ts';

/** Memory of the dialect of one room, from one session to the next. */
export class RoomMemory implements DialectMemory {
  resumeToken: string | undefined;
  #state: object | undefined;

  recall<T extends object>(create: () => T): T {
    this.#state ??= create();
    // A room has one dialect, which always requests the same type.
    return this.#state as T;
  }
}
