/**
 * `idle` never joined · `connecting` opening the connection · `joining` connected, entering the room · `joined` ·
 * `reconnecting` the connection dropped, coming back · `left` by us or by the server's will · `failed` given up.
 */
export type RoomState = 'idle' | 'connecting' | 'joining' | 'joined' | 'reconnecting' | 'left' | 'failed';

/** What can happen to a session. All but `join` and `leave` are news of one attempt and bear its number. */
export type RoomInput =
  /** The app calls `join()`. */
  | 'join'
  /** The connection is open. */
  | 'opened'
  /** The server let us in. */
  | 'entered'
  /** The connection could not be opened, or the server refused: this attempt is over. */
  | 'refused'
  /** The connection dropped. */
  | 'lost'
  /** A next attempt begins. */
  | 'retry'
  /** The policy has no more attempts to give. */
  | 'givenUp'
  /** The app calls `leave()`. */
  | 'leave'
  /** The server closed the room, or the connection for good. */
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

/** The whole lifecycle. An empty cell is an input that means nothing there and is ignored. */
export const roomTransitions: Readonly<Record<RoomState, Readonly<Partial<Record<RoomInput, RoomState>>>>> = {
  idle: { join: 'connecting' },
  connecting: { opened: 'joining', refused: 'failed', lost: 'failed', leave: 'left', dismissed: 'failed' },
  joining: { entered: 'joined', refused: 'failed', lost: 'failed', leave: 'left', dismissed: 'failed' },
  joined: { lost: 'reconnecting', leave: 'left', dismissed: 'left' },
  reconnecting: {
    // The attempts stay inside this state: to the app it is one interruption, however many attempts it takes.
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
 * The one truth about where a session is. Synchronous: the asynchronous work stands outside, reports what came of it, and
 * learns from the answer whether it still matters. News that bear the number of an old attempt are dropped.
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

  /** The number of the attempt under way or last made; 0 before the first. */
  get attempt(): number {
    return this.#attempt;
  }

  /** Whether news of attempt `attempt` still count. */
  isCurrent(attempt: number): boolean {
    return (
      attempt === this.#attempt &&
      (this.#state === 'connecting' ||
        this.#state === 'joining' ||
        this.#state === 'joined' ||
        this.#state === 'reconnecting')
    );
  }

  /** Applies one input. False where it was ignored: the table has no such cell, or the news are of an old attempt. */
  input(input: RoomInput, reason: string, attempt?: number): boolean {
    if (attempt !== undefined && attempt !== this.#attempt) return false;
    const to = roomTransitions[this.#state][input];
    if (to === undefined) return false;
    const from = this.#state;
    this.#state = to;
    // Whatever starts or ends an attempt makes the news of the one before it old.
    if (input === 'join' || input === 'retry' || input === 'leave' || input === 'lost') this.#attempt += 1;
    this.#onTransition({ from, to, input, reason });
    return true;
  }
}
