import { textFrame } from './textFrame.ts';

/** Memory that a message uses in addition to its text, in bytes. */
const OVERHEAD_BYTES = 128;

/**
 * Maximum payload of a frame. A longer message has several frames: only after a client reads a frame does its queue notice
 * progress, and a ping can overtake the rest.
 */
export const MAX_PAYLOAD_BYTES = 64 * 1024;

/** Frame of a message, as written to the socket. */
export interface OutgoingFrame {
  /** Header and payload in one buffer, so that one write sends both. */
  readonly bytes: Buffer;
  readonly payloadBytes: number;
}

/**
 * Outgoing text message as WebSocket frames. A message to several clients is one object in all their queues, so its text is
 * in memory once.
 */
export class OutgoingMessage {
  readonly frames: readonly OutgoingFrame[];
  /** Length of the text, in bytes. */
  readonly length: number;
  /** Number of queues with the message. */
  #holders = 0;

  constructor(text: string) {
    this.length = Buffer.byteLength(text);
    this.frames =
      this.length <= MAX_PAYLOAD_BYTES ? [frameOf(text, this.length, true, true)] : framesOf(Buffer.from(text));
  }

  /** Memory that the message uses while it is in a queue, in bytes. */
  get weight(): number {
    return this.length + OVERHEAD_BYTES;
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

function framesOf(payload: Buffer): OutgoingFrame[] {
  const frames: OutgoingFrame[] = [];
  for (let start = 0; start < payload.length; start += MAX_PAYLOAD_BYTES) {
    const part = payload.subarray(start, start + MAX_PAYLOAD_BYTES);
    frames.push(frameOf(part, part.length, start === 0, start + part.length === payload.length));
  }
  return frames;
}

function frameOf(payload: string | Buffer, payloadBytes: number, isFirst: boolean, isLast: boolean): OutgoingFrame {
  return { bytes: textFrame(payload, { payloadBytes, isFirst, isLast }), payloadBytes };
}
