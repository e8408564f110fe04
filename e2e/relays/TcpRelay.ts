import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { type Frame, FrameSplitter } from './FrameSplitter.ts';

export type Direction = 'toServer' | 'toClient';

/**
 * What becomes of a frame. `cutBefore` and `cutAfter`: it is the last thing before the connection is reset, arrived or not.
 * `freeze`: neither it nor anything after it arrives, and nobody is told. `flip`: a bit of it arrives as another, so that it
 * cannot be read. `shorten`: it arrives without its last bytes, so that whatever comes next is taken for its end. A number: it
 * is held for so many ms, and what comes after it too.
 */
export type Fate = 'pass' | 'cutBefore' | 'cutAfter' | 'freeze' | 'flip' | 'shorten' | number;

/** Called for each frame of each connection; `connection` counts them from 1. */
export type JudgeFrame = (frame: { direction: Direction; text: string; connection: number }) => Fate;

export interface TcpRelayOptions {
  /** Of the server, on this machine. */
  readonly port: number;
  /** Default: all pass. */
  readonly judge?: JudgeFrame;
  /** How long everything takes in each direction, in ms; a connection's end too. Default 0. */
  readonly delayMs?: number;
}

/** The network between clients and the WebSocket port of a server, which can fail. */
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

  /** How many connections have been made. */
  get connections(): number {
    return this.#count;
  }

  /** Ends all connections there are, at both ends: in order (`fin`), though without a WebSocket's goodbye, or by a reset. */
  cut(how: 'fin' | 'rst'): void {
    for (const link of [...this.#links]) link.cut(how);
  }

  /** From now on nothing passes on the connections there are, and neither end hears what became of the other. New ones work. */
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

/** One connection: two sockets and what passes between them. */
class Link {
  onEnded = () => {};
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #number: number;
  readonly #judge: JudgeFrame;
  readonly #delayMs: number;
  #isFrozen = false;

  constructor(client: Socket, server: Socket, number: number, { judge = () => 'pass', delayMs = 0 }: TcpRelayOptions) {
    this.#client = client;
    this.#server = server;
    this.#number = number;
    this.#judge = judge;
    this.#delayMs = delayMs;
    // What came with its own delay is not to wait for more.
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
    /** What waits behind a frame that is held. */
    let held: Frame[] | null = null;
    const pass = (frame: Frame) => {
      if (held !== null) {
        held.push(frame);
        return;
      }
      const fate =
        frame.text === null ? 'pass' : this.#judge({ direction, text: frame.text, connection: this.#number });
      if (typeof fate === 'number') {
        held = [];
        setTimeout(() => {
          const waiting = held ?? [];
          held = null;
          to.write(frame.bytes);
          waiting.forEach(pass);
        }, fate);
      } else if (fate === 'cutBefore') this.cut('rst');
      else if (fate === 'freeze') this.freeze();
      else if (fate === 'cutAfter') {
        // A reset would overtake it.
        to.end(frame.bytes);
        from.resetAndDestroy();
      } else to.write(fate === 'pass' ? frame.bytes : mangled(frame, fate));
    };
    from.on('data', (chunk) => {
      this.#later(() => {
        splitter.push(chunk).forEach(pass);
      });
    });
    // A close follows, which says all that matters here.
    from.on('error', () => {});
    from.on('close', () => {
      this.#later(() => {
        if (this.#isFrozen) return;
        to.destroySoon();
        this.onEnded();
      });
    });
  }

  /** In the order in which it is asked for: timers of one length end in the order they were set. */
  #later(work: () => void): void {
    if (this.#delayMs === 0) work();
    else setTimeout(work, this.#delayMs);
  }
}

function mangled({ bytes, payloadAt }: Frame, fate: 'flip' | 'shorten'): Buffer {
  if (fate === 'shorten') return bytes.subarray(0, -3);
  // Still a text, as what is no UTF-8 ends the connection by itself, and no JSON: what else it said would be anybody's guess.
  const flipped = Buffer.from(bytes);
  flipped.writeUInt8(bytes.readUInt8(payloadAt) ^ 1, payloadAt);
  return flipped;
}
