/** Memory that a message takes besides its text, in bytes. */
const OVERHEAD_BYTES = 128;

/**
 * One text message on its way to clients, as bytes. A message to many clients is one object in all their queues, so the text
 * is in memory once.
 */
export class OutgoingMessage {
  readonly bytes: Buffer;
  /** Number of queues with the message. */
  #holders = 0;

  constructor(text: string) {
    this.bytes = Buffer.from(text);
  }

  /** Memory that the message takes while a queue holds it. */
  get weight(): number {
    return this.bytes.length + OVERHEAD_BYTES;
  }

  /** Counts one more queue. Returns whether the message was in none before. */
  hold(): boolean {
    this.#holders += 1;
    return this.#holders === 1;
  }

  /** Counts one queue less. Returns whether the message is in none now. */
  release(): boolean {
    this.#holders -= 1;
    return this.#holders === 0;
  }
}
