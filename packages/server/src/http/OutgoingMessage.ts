import { textFrame } from './textFrame.ts';

/** Memory that a message uses in addition to its text, in bytes. */
const OVERHEAD_BYTES = 128;

/**
 * Maximum payload of a frame. A longer message has several frames: only after a client reads a frame does its queue notice
 * progress, and a ping can overtake the rest.
 */
export const MAX_PAYLOAD_BYTES = 64 * 1024;

/**
 * Outgoing text message as WebSocket frames. A message to several clients is one object in all their queues, so its text is
 * in memory once.
 */
export class OutgoingMessage {
  /** Frames as written to the socket, each with its header. At least one. */
  readonly frames: readonly Buffer[];
  /** Length of the text, in bytes. */
  readonly length: number;
  /** Number of queues with the message. */
  #holders = 0;

  constructor(text: string) {
    const payloadBytes = Buffer.byteLength(text);
    this.length = payloadBytes;
    this.frames =
      payloadBytes <= MAX_PAYLOAD_BYTES
        ? [textFrame(text, { payloadBytes, isFirst: true, isLast: true })]
        : framesOf(Buffer.from(text));
  }

  /** Memory that the message uses while it is in a queue, in bytes. */
  get weight(): number {
    return this.length + OVERHEAD_BYTES;
  }

  /** Returns the length of the text in that frame, in bytes. */
  payloadBytesOf(frame: number): number {
    return frame + 1 < this.frames.length ? MAX_PAYLOAD_BYTES : this.length - frame * MAX_PAYLOAD_BYTES;
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

function framesOf(payload: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let start = 0; start < payload.length; start += MAX_PAYLOAD_BYTES) {
    const part = payload.subarray(start, start + MAX_PAYLOAD_BYTES);
    const isLast = start + part.length === payload.length;
    frames.push(textFrame(part, { payloadBytes: part.length, isFirst: start === 0, isLast }));
  }
  return frames;
}
