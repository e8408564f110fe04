interface Piece {
  start(): void;
}

/**
 * Starts a few pieces of work in each turn of the event loop, so that other work gets a turn in between. Owners take turns
 * too: an owner with many pieces does not delay an owner with few.
 */
export class FairTurns {
  readonly #piecesPerTurn: number;
  /** Waiting pieces, in the order of their owners' turns. */
  readonly #waiting = new Map<object, Piece[]>();
  #startedInTurn = 0;
  #isTurnEnding = false;

  constructor(piecesPerTurn = 4) {
    this.#piecesPerTurn = piecesPerTurn;
  }

  /** Starts a piece of the owner's work, now if possible. */
  run<T>(owner: object, work: () => Promise<T>): Promise<T> {
    if (this.#waiting.size === 0 && this.#startedInTurn < this.#piecesPerTurn) {
      this.#countStart();
      return work();
    }
    return new Promise((resolve, reject) => {
      const piece = {
        start: () => {
          work().then(resolve, reject);
        },
      };
      const pieces = this.#waiting.get(owner);
      if (pieces === undefined) this.#waiting.set(owner, [piece]);
      else pieces.push(piece);
      this.#endTurnLater();
    });
  }

  #countStart(): void {
    this.#startedInTurn += 1;
    this.#endTurnLater();
  }

  /** Runs after pending network events. */
  #endTurnLater(): void {
    if (this.#isTurnEnding) return;
    this.#isTurnEnding = true;
    setImmediate(() => {
      this.#isTurnEnding = false;
      this.#startedInTurn = 0;
      this.#startWaiting();
    });
  }

  #startWaiting(): void {
    while (this.#startedInTurn < this.#piecesPerTurn) {
      const [next] = this.#waiting;
      if (next === undefined) return;
      const [owner, pieces] = next;
      const piece = pieces.shift();
      // Moves the owner to the end of the queue.
      this.#waiting.delete(owner);
      if (pieces.length > 0) this.#waiting.set(owner, pieces);
      this.#countStart();
      piece?.start();
    }
  }
}
