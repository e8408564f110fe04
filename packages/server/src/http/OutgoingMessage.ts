/** Memory that a message uses in addition to its text, in bytes. */
const OVERHEAD_BYTES = 128;

/**
 * Outgoing text message as bytes. A message to several clients is one object in all their queues, so its text is in memory
 * once.
 */
export class OutgoingMessage {
  readonly bytes: Buffer;
  /** Number of queues with the message. */
  #holders = 0;

  constructor(text: string) {
    this.bytes = Buffer.from(text);
  }

  /** Memory that the message uses while it is in a queue, in bytes. */
  get weight(): number {
    return this.bytes.length + OVERHEAD_BYTES;
  }

  /** Adds a queue. Returns whether the message was in no queue before. */
  hold(): boolean {
    this.#holders += 1;
    return this.#holders === 1;
  }

  /** Removes a queue. Returns whether the message is in no queue now. */
  release(): boolean {
    this.#holders -= 1;
    return this.#holders === 0;
  }
}
