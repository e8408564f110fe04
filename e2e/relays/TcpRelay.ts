import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { type Frame, FrameSplitter } from './FrameSplitter.ts';

export type Direction = 'toServer' | 'toClient';

/**
 * Handling of a frame. `cutBefore` and `cutAfter`: the connection is reset before or after the frame arrives. `freeze`: neither this frame
 * nor any later one arrives, and neither end notices. `flip`: one changed bit makes the frame unreadable. `shorten`: the last bytes are
 * missing, so that the next frame is read as part of this one. A number: delays this frame and all later ones by that many ms. A promise:
 * delays them until it resolves.
 */
export type Fate = 'pass' | 'cutBefore' | 'cutAfter' | 'freeze' | 'flip' | 'shorten' | number | Promise<void>;

/** Called for each frame of each connection; `connection` counts them from 1. */
export type JudgeFrame = (frame: { direction: Direction; text: string; connection: number }) => Fate;

/** A frame that passed, or the HTTP head of a handshake or a control frame, whose `text` is null. */
export interface SeenFrame {
  readonly direction: Direction;
  readonly text: string | null;
  readonly connection: number;
  /** Time at which the client sent or received the frame, in ms (`performance.now()`). */
  readonly at: number;
}

export interface TcpRelayOptions {
  /** Port of the server on this machine. */
  readonly port: number;
  /** Called for each frame that arrives. */
  readonly onFrame?: (frame: SeenFrame) => void;
  /** Default: every frame passes. */
  readonly judge?: JudgeFrame;
  /** Delay in each direction in ms, also for the end of a connection. Default 0. */
  readonly delayMs?: number;
}

/** Network between clients and the WebSocket port of a server. Can fail. */
export class TcpRelay {
  readonly #server: Server;
  readonly #links = new Set<Link>();
  #count = 0;

  private constructor(options: TcpRelayOptions) {
    this.#server = createServer((client) => {
      this.#count += 1;
      const link = new Link(client, connect(options.port, '127.0.0.1'), this.#count, options);
      this.#links.add(link);
      link.onEnded = () => this.#links.delete(link);
    });
  }

  static async open(options: TcpRelayOptions): Promise<TcpRelay> {
    const relay = new TcpRelay(options);
    relay.#server.listen(0, '127.0.0.1');
    await once(relay.#server, 'listening');
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Number of connections so far. */
  get connections(): number {
    return this.#count;
  }

  /** Ends all connections at both ends: in order (`fin`), but without a close frame, or by a reset. */
  cut(how: 'fin' | 'rst'): void {
    for (const link of [...this.#links]) link.cut(how);
  }

  /** Stops all traffic on the current connections without notifying either end. New connections work. */
  freeze(): void {
    for (const link of this.#links) link.freeze();
  }

  async close(): Promise<void> {
    this.cut('rst');
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }
}

/** One connection: two sockets and the traffic between them. */
class Link {
  onEnded = () => {};
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #number: number;
  readonly #judge: JudgeFrame;
  readonly #onFrame: (frame: SeenFrame) => void;
  readonly #delayMs: number;
  #isFrozen = false;

  constructor(client: Socket, server: Socket, number: number, options: TcpRelayOptions) {
    const { judge = () => 'pass', onFrame = () => {}, delayMs = 0 } = options;
    this.#client = client;
    this.#server = server;
    this.#number = number;
    this.#judge = judge;
    this.#onFrame = onFrame;
    this.#delayMs = delayMs;
    // The relay's own delay must be the only one.
    for (const socket of [client, server]) socket.setNoDelay();
    this.#carry('toServer', client, server);
    this.#carry('toClient', server, client);
  }

  cut(how: 'fin' | 'rst'): void {
    this.#isFrozen = false;
    for (const socket of [this.#client, this.#server])
      if (how === 'fin') socket.end();
      else socket.resetAndDestroy();
  }

  freeze(): void {
    this.#isFrozen = true;
    for (const socket of [this.#client, this.#server]) socket.pause();
  }

  #carry(direction: Direction, from: Socket, to: Socket): void {
    const splitter = new FrameSplitter();
    /** Frames behind a delayed frame. */
    let held: Frame[] | null = null;
    const pass = (frame: Frame) => {
      if (held !== null) {
        held.push(frame);
        return;
      }
      const fate =
        frame.text === null ? 'pass' : this.#judge({ direction, text: frame.text, connection: this.#number });
      const release = () => {
        const waiting = held ?? [];
        held = null;
        to.write(frame.bytes);
        waiting.forEach(pass);
      };
      if (typeof fate === 'number') {
        held = [];
        setTimeout(release, fate);
      } else if (typeof fate === 'object') {
        held = [];
        void fate.then(release);
      } else if (fate === 'cutBefore') this.cut('rst');
      else if (fate === 'freeze') this.freeze();
      else if (fate === 'cutAfter') {
        // A reset would overtake the frame.
        to.end(frame.bytes);
        from.resetAndDestroy();
      } else to.write(fate === 'pass' ? frame.bytes : mangled(frame, fate));
    };
    from.on('data', (chunk) => {
      const sentAt = performance.now();
      this.#later(() => {
        const at = direction === 'toServer' ? sentAt : performance.now();
        for (const frame of splitter.push(chunk)) {
          this.#onFrame({ direction, text: frame.text, connection: this.#number, at });
          pass(frame);
        }
      });
    });
    // The following `close` event suffices.
    from.on('error', () => {});
    from.on('close', () => {
      this.#later(() => {
        if (this.#isFrozen) return;
        to.destroySoon();
        this.onEnded();
      });
    });
  }

  /** Runs work after the delay, in order: timers of equal length fire in the order in which they were set. */
  #later(work: () => void): void {
    if (this.#delayMs === 0) work();
    else setTimeout(work, this.#delayMs);
  }
}

function mangled({ bytes, payloadAt }: Frame, fate: 'flip' | 'shorten'): Buffer {
  if (fate === 'shorten') return bytes.subarray(0, -3);
  // Still valid UTF-8, because invalid UTF-8 ends the connection, but invalid JSON, because other changes have unpredictable effects.
  const flipped = Buffer.from(bytes);
  flipped.writeUInt8(bytes.readUInt8(payloadAt) ^ 1, payloadAt);
  return flipped;
}
