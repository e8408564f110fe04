/**
 * State of a room. `idle`: never joined. `connecting`: opening the connection. `joining`: connected, joining the room. `joined`.
 * `reconnecting`: the connection dropped. `left`: the app or the server ended the session. `failed`: the join failed, or no
 * attempt to reconnect follows.
 */
export type RoomState = 'idle' | 'connecting' | 'joining' | 'joined' | 'reconnecting' | 'left' | 'failed';

/** Input of the machine. All but `join` and `leave` concern one attempt and have its number. */
export type RoomInput =
  /** The app calls `join()`. */
  | 'join'
  /** The connection is open. */
  | 'opened'
  /** The server accepted the join. */
  | 'entered'
  /** The connection did not open, or the server refused: the attempt is over. */
  | 'refused'
  /** The connection dropped. */
  | 'lost'
  /** A next attempt begins. */
  | 'retry'
  /** The policy allows no more attempts. */
  | 'givenUp'
  /** The app calls `leave()`. */
  | 'leave'
  /** The server closed the room, or evicted the peer. */
  | 'dismissed';

export const roomStates = [
  'idle',
  'connecting',
  'joining',
  'joined',
  'reconnecting',
  'left',
  'failed',
] as const satisfies RoomState[];
export const roomInputs = [
  'join',
  'opened',
  'entered',
  'refused',
  'lost',
  'retry',
  'givenUp',
  'leave',
  'dismissed',
] as const satisfies RoomInput[];

/** The whole lifecycle. An input without an entry is ignored. */
export const roomTransitions: Readonly<Record<RoomState, Readonly<Partial<Record<RoomInput, RoomState>>>>> = {
  idle: { join: 'connecting' },
  connecting: { opened: 'joining', refused: 'failed', lost: 'failed', leave: 'left', dismissed: 'failed' },
  joining: { entered: 'joined', refused: 'failed', lost: 'failed', leave: 'left', dismissed: 'failed' },
  joined: { lost: 'reconnecting', leave: 'left', dismissed: 'left' },
  reconnecting: {
    // All attempts happen in this state: for the app they are one interruption.
    retry: 'reconnecting',
    opened: 'reconnecting',
    lost: 'reconnecting',
    entered: 'joined',
    refused: 'failed',
    givenUp: 'failed',
    leave: 'left',
    dismissed: 'left',
  },
  left: { join: 'connecting' },
  failed: { join: 'connecting' },
};

export interface RoomTransition {
  readonly from: RoomState;
  readonly to: RoomState;
  readonly input: RoomInput;
  readonly reason: string;
}

/**
 * State of a session. Synchronous: asynchronous work runs outside, reports its outcome as an input, and learns from the result
 * whether the outcome still counts. Inputs with the number of an old attempt are ignored.
 */
export class RoomMachine {
  #state: RoomState = 'idle';
  #attempt = 0;
  readonly #onTransition: (transition: RoomTransition) => void;

  constructor(onTransition: (transition: RoomTransition) => void) {
    this.#onTransition = onTransition;
  }

  get state(): RoomState {
    return this.#state;
  }

  /** Number of the current or last attempt. 0 before the first. */
  get attempt(): number {
    return this.#attempt;
  }

  /** Returns whether inputs of the attempt still count. */
  isCurrent(attempt: number): boolean {
    return (
      attempt === this.#attempt &&
      (this.#state === 'connecting' ||
        this.#state === 'joining' ||
        this.#state === 'joined' ||
        this.#state === 'reconnecting')
    );
  }

  /** Applies one input. Returns false where the input was ignored: no entry in the table, or the number of an old attempt. */
  input(input: RoomInput, reason: string, attempt?: number): boolean {
    if (attempt !== undefined && attempt !== this.#attempt) return false;
    const to = roomTransitions[this.#state][input];
    if (to === undefined) return false;
    const from = this.#state;
    this.#state = to;
    // Inputs of the former attempt no longer count.
    if (input === 'join' || input === 'retry' || input === 'leave' || input === 'lost') this.#attempt += 1;
    this.#onTransition({ from, to, input, reason });
    return true;
  }
}
