import { EventEmitter } from 'node:events';
import type { ClientSocket } from '../../packages/server/src/http/ClientSocket.ts';

type WebSocket = ConstructorParameters<typeof ClientSocket>[0];

/** `ws` refuses larger messages, with the default settings of the server. */
export const maxMessageBytes = 128 * 1024;

/** A WebSocket of the server without a network. The methods in the upper half are the client's. */
export class FuzzSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  #pieces: Buffer[] = [];
  onText: (text: string) => void = () => {};

  /** Sends a message of the client. */
  say(message: string | Buffer): void {
    if (this.readyState !== this.OPEN) return;
    const bytes = Buffer.from(message);
    if (bytes.length > maxMessageBytes) {
      this.emit('error', Object.assign(new RangeError('Max payload size exceeded'), { code: tooLarge }));
      this.#end(1009);
      return;
    }
    this.emit('message', bytes, typeof message !== 'string');
  }

  /** Disconnects the client. */
  drop(): void {
    this.#end(1006);
  }

  get isOpen(): boolean {
    return this.readyState === this.OPEN;
  }

  asWebSocket(): WebSocket {
    return this as unknown as WebSocket;
  }

  // The methods that the server uses.

  /** Takes frames of the server, which are unmasked. */
  write(frames: readonly Buffer[], onWritten: () => void): void {
    for (const frame of frames) this.#take(frame);
    queueMicrotask(onWritten);
  }

  /** Takes a whole message, or a part of it. */
  #take(frame: Buffer): void {
    const short = frame.readUInt8(1);
    this.#pieces.push(frame.subarray(short < 126 ? 2 : short === 126 ? 4 : 10));
    const isLast = frame.readUInt8(0) >= 0x80;
    if (isLast) {
      const message = Buffer.concat(this.#pieces);
      this.#pieces = [];
      this.onText(message.toString());
    }
  }

  close(code = 1005): void {
    this.#end(code);
  }

  terminate(): void {
    this.#end(1006);
  }

  ping(): void {}

  #end(code: number): void {
    if (!this.isOpen) return;
    this.readyState = 3;
    this.emit('close', code);
  }
}

const tooLarge = 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
