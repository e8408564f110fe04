import { type SignalingTransport, TureenError } from '@tureen/client';
import type { ConnectOptions, ProtooFrame, TransportConnection } from '@tureen/client/ports';

export type Direction = 'toServer' | 'toClient';

/** One message of a run: what it is, and how many of its like have passed before it. */
export interface Boundary {
  readonly direction: Direction;
  readonly what: string;
  readonly nth: number;
}

/**
 * `before` and `after`: the connection drops before it arrives, or right after. Of an answer the former is the drop between
 * request and response. `twice`: as `before`, and again some messages into the coming back. `away`: as `before`, and nothing
 * gets through until others have done this and that. `silent`: from it on nothing comes through, either way, and neither
 * end is told. The rest leave the connection be.
 */
export const faultKinds = ['before', 'after', 'twice', 'away', 'silent', 'delayed', 'duplicated', 'reordered'] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  readonly kind: FaultKind;
  readonly at: Boundary;
  /** Turns of the event loop that a message is held for, or messages until it drops for the second time. */
  readonly turns: number;
}

export const keyOf = ({ direction, what, nth }: Boundary) => `${direction} ${what} #${String(nth)}`;

export interface Drop {
  /** Whether the server was asked on this connection to let us in, whatever came of that: a token is said once. */
  readonly hasAskedToJoin: boolean;
  /** What the server was asked and had not answered. */
  readonly waiting: readonly string[];
}

interface Held {
  readonly packets: (() => void)[];
  /** What comes later passes it, instead of waiting behind it. */
  readonly isOvertaken: boolean;
}

/** A network that has one fault, at one message, once. Also the recorder of what passes. */
export class FaultyTransport implements SignalingTransport {
  /** Told as the connection drops, before its owner is. */
  onDrop: (drop: Drop) => void = () => {};
  /** Of fault `away`: what others do before the next connection. */
  whileAway: () => Promise<void> = () => Promise.resolve();
  /** Of fault `silent`: some turns later. */
  onSilent: () => void = () => {};
  #giveUp: () => void = () => {};
  #wasAway = false;
  /** Connections that are closed here and there for the server. */
  readonly #stranded: TransportConnection[] = [];
  /** Everything that has come this far, in order. */
  readonly passed: Boundary[] = [];
  hasFailed = false;
  open = 0;
  readonly #beneath: SignalingTransport;
  readonly #fault: Fault | null;
  readonly #onActivity: () => void;
  /** Messages until the connection drops once more; 0: it does not. */
  #left = 0;
  readonly #counts = new Map<string, number>();

  constructor(beneath: SignalingTransport, fault: Fault | null, onActivity: () => void) {
    this.#beneath = beneath;
    this.#fault = fault;
    this.#onActivity = onActivity;
  }

  async connect(options: ConnectOptions): Promise<TransportConnection> {
    const asked = { toServer: new Map<number, string>(), toClient: new Map<number, string>() };
    const held: Partial<Record<Direction, Held | undefined>> = {};
    let isUp = true;
    let isSilent = false;
    let hasAskedToJoin = false;
    let connection: TransportConnection | null = null;
    if (this.#fault?.kind === 'away' && this.hasFailed && !this.#wasAway) {
      this.#wasAway = true;
      await this.whileAway();
    }
    const close = () => {
      if (!isUp) return false;
      isUp = false;
      if (connection !== null) this.open -= 1;
      if (!isSilent) connection?.close();
      else if (connection !== null) this.#stranded.push(connection);
      this.#onActivity();
      return true;
    };
    const drop = () => {
      if (isUp) this.onDrop({ hasAskedToJoin, waiting: [...asked.toServer.values()] });
      if (!close()) return;
      queueMicrotask(() => {
        options.onClosed({ by: 'network', reason: 'the network failed' });
        this.#onActivity();
      });
    };
    const release = (direction: Direction) => {
      const queue = held[direction];
      held[direction] = undefined;
      for (const pass of queue?.packets ?? []) pass();
    };
    const carry = (direction: Direction, packet: ProtooFrame, arrive: (packet: ProtooFrame) => void) => {
      if (!isUp || isSilent) return;
      const at = this.#note(direction, labelOf(packet, asked[direction], asked[opposite(direction)]));
      const pass = () => {
        if (!isUp || isSilent) return;
        if (direction === 'toClient' && packet.kind === 'response') asked.toServer.delete(packet.id);
        arrive(packet);
        this.#onActivity();
      };
      hasAskedToJoin ||= direction === 'toServer' && at.what.startsWith('request join');
      if (this.#left > 0) {
        this.#left -= 1;
        if (this.#left === 0) {
          drop();
          return;
        }
      }
      const fault = this.#fault;
      if (fault === null || this.hasFailed || keyOf(fault.at) !== keyOf(at)) {
        const queue = held[direction];
        if (queue === undefined) pass();
        else if (queue.isOvertaken) {
          pass();
          release(direction);
        } else queue.packets.push(pass);
        return;
      }
      this.hasFailed = true;
      if (fault.kind === 'silent') {
        this.onDrop({ hasAskedToJoin, waiting: [...asked.toServer.values()] });
        isSilent = true;
        this.#giveUp = drop;
        afterTurns(fault.turns, () => {
          this.onSilent();
        });
        return;
      }
      if (fault.kind === 'after' || fault.kind === 'duplicated') pass();
      if (fault.kind === 'duplicated') pass();
      else if (fault.kind === 'twice') {
        this.#left = fault.turns;
        drop();
      } else if (fault.kind === 'before' || fault.kind === 'after' || fault.kind === 'away') drop();
      else {
        held[direction] = { packets: [pass], isOvertaken: fault.kind === 'reordered' };
        afterTurns(fault.turns, () => {
          release(direction);
        });
      }
    };
    // What was said is on its way, whatever the speaker does next.
    options.signal.addEventListener('abort', () => {
      release('toServer');
    });
    const opened = await this.#beneath.connect({
      ...options,
      onFrame: (packet) => {
        carry('toClient', packet, options.onFrame);
      },
      onClosed: (closed) => {
        // What was on its way comes before the end of the connection.
        release('toClient');
        if (!close()) return;
        options.onClosed(closed);
        this.#onActivity();
      },
    });
    connection = opened;
    this.open += 1;
    if (!(isUp as boolean)) {
      this.open -= 1;
      opened.close();
      throw new TureenError('connectionLost', 'the network failed');
    }
    return {
      send: (packet) => {
        if (!isUp) throw new TureenError('connectionLost', 'the network failed');
        carry('toServer', packet, (given) => {
          opened.send(given);
        });
      },
      close: () => {
        release('toServer');
        close();
      },
    };
  }

  /** The client's system finds out, as it does when nothing was acknowledged for minutes. */
  giveUp(): void {
    this.#giveUp();
  }

  /** The server finds out, as it does when it hears nothing for long. */
  sweep(): void {
    for (const connection of this.#stranded.splice(0)) connection.close();
  }

  #note(direction: Direction, what: string): Boundary {
    const key = `${direction} ${what}`;
    const nth = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, nth);
    const boundary = { direction, what, nth };
    this.passed.push(boundary);
    return boundary;
  }
}

const opposite = (direction: Direction): Direction => (direction === 'toServer' ? 'toClient' : 'toServer');

/** What a message is, in the words of its dialect. Answers are known by what was asked. */
function labelOf(packet: ProtooFrame, own: Map<number, string>, others: Map<number, string>): string {
  if (packet.kind === 'response') return `answer of ${others.get(packet.id) ?? 'nothing'}`;
  const { method } = (packet.data ?? {}) as { method?: unknown };
  const name = typeof method === 'string' ? method : packet.method;
  if (packet.kind === 'request') own.set(packet.id, name);
  return `${packet.kind} ${name}`;
}

function afterTurns(turns: number, act: () => void): void {
  setImmediate(() => {
    if (turns <= 1) act();
    else afterTurns(turns - 1, act);
  });
}
