import type { Room } from '@tureen/client';
import type { DialectName } from '../logic/dialects.ts';

export interface RoomChoice {
  readonly roomId: string;
  readonly dialect: DialectName;
}

/** Room of the lobby, whose join is prepared while the user looks at the preview. */
export class RoomAhead {
  readonly #create: (choice: RoomChoice) => Room;
  #choice: RoomChoice | null = null;
  #room: Room | null = null;

  constructor(create: (choice: RoomChoice) => Room) {
    this.#create = create;
  }

  /** Prepares the join of another room, unless this one is prepared already. */
  prepare(choice: RoomChoice): void {
    if (this.#isFor(choice)) return;
    this.close();
    this.#choice = choice;
    this.#room = this.#create(choice);
    // The join reports what is wrong.
    this.#room.prepare().catch((error: unknown) => {
      console.info('The join could not be prepared:', error);
    });
  }

  /** Returns the room to join. */
  take(choice: RoomChoice): Room {
    const room = this.#isFor(choice) ? this.#room : null;
    if (room === null) this.close();
    this.#room = null;
    return room ?? this.#create(choice);
  }

  close(): void {
    void this.#room?.leave();
    this.#room = null;
  }

  #isFor({ roomId, dialect }: RoomChoice): boolean {
    return this.#room !== null && this.#choice?.roomId === roomId && this.#choice.dialect === dialect;
  }
}
