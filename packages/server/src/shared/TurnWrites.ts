import type { Writable } from 'node:stream';

/**
 * Gathers what is written to a stream in one turn of the event loop, and passes it on in one write at the end of the turn.
 * Each write is a system call and wakes the reader, which often costs more than the message.
 */
export class TurnWrites {
  readonly #gathering = new Set<Writable>();

  /** Gathers everything written to the stream from now until the end of this turn. Call this before each write. */
  gather(stream: Writable): void {
    if (this.#gathering.has(stream)) return;
    if (this.#gathering.size === 0) setImmediate(this.#passAll);
    this.#gathering.add(stream);
    stream.cork();
  }

  /** Gathers in every turn, also what code writes that does not know of this. Returns a function that ends this. */
  gatherAll(stream: Writable): () => void {
    const write = stream.write.bind(stream);
    stream.write = (...args: unknown[]) => {
      this.gather(stream);
      return write(...(args as Parameters<typeof write>));
    };
    return () => {
      stream.write = write;
      this.pass(stream);
    };
  }

  /** Passes on what the stream gathered, before the end of the turn. */
  pass(stream: Writable): void {
    if (this.#gathering.delete(stream)) stream.uncork();
  }

  readonly #passAll = (): void => {
    for (const stream of this.#gathering) this.pass(stream);
  };
}
