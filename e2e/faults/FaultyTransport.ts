import { type SignalingTransport, TureenError } from '@tureen/client';
import type { ConnectOptions, ProtooFrame, TransportConnection } from '@tureen/client/ports';

export type Direction = 'toServer' | 'toClient';

/** One message of a run, with the number of equal messages before it. */
export interface Boundary {
  readonly direction: Direction;
  readonly what: string;
  readonly nth: number;
}

/**
 * `before` and `after`: the connection drops before the message arrives, or right after it. `twice`: like `before`, and again some messages
 * into the reconnect. `away`: like `before`, and no connection opens until other peers have acted. `silent`: no message passes from here
 * on, and neither end notices. The other kinds keep the connection open.
 */
export const faultKinds = ['before', 'after', 'twice', 'away', 'silent', 'delayed', 'duplicated', 'reordered'] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  readonly kind: FaultKind;
  readonly at: Boundary;
  /** Turns of the event loop for which a message is held, or messages until the second drop. */
  readonly turns: number;
}

export const keyOf = ({ direction, what, nth }: Boundary) => `${direction} ${what} #${String(nth)}`;

export interface Drop {
  /** Whether a join request was sent on this connection. The server uses up a token even if the response is lost. */
  readonly hasAskedToJoin: boolean;
  /** Methods of the pending requests. */
  readonly waiting: readonly string[];
}

interface Held {
  readonly packets: (() => void)[];
  /** Whether later messages overtake the held ones. */
  readonly isOvertaken: boolean;
}

/** Network with one fault at one message. Also records the messages that pass. */
export class FaultyTransport implements SignalingTransport {
  /** Called when the connection drops, before the room knows. */
  onDrop: (drop: Drop) => void = () => {};
  /** For the fault `away`: actions of other peers before the next connection. */
  whileAway: () => Promise<void> = () => Promise.resolve();
  /** For the fault `silent`: called some turns later. */
  onSilent: () => void = () => {};
  #giveUp: () => void = () => {};
  #wasAway = false;
  /** Connections that are closed for the client but still open at the server. */
  readonly #stranded: TransportConnection[] = [];
  /** Messages that passed, in order. */
  readonly passed: Boundary[] = [];
  hasFailed = false;
  open = 0;
  readonly #beneath: SignalingTransport;
  readonly #fault: Fault | null;
  readonly #onActivity: () => void;
  /** Messages until the second drop. 0 if there is none. */
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
      if (!isUp) return;
      if (isSilent) {
        // The request waits, and its response is lost.
        if (direction === 'toServer') labelOf(packet, asked[direction], asked[opposite(direction)]);
        return;
      }
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
          if (isUp) this.onDrop({ hasAskedToJoin, waiting: [...asked.toServer.values()] });
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
    // A message that was sent arrives, whatever the sender does next.
    options.signal.addEventListener('abort', () => {
      release('toServer');
    });
    const opened = await this.#beneath.connect({
      ...options,
      onFrame: (packet) => {
        carry('toClient', packet, options.onFrame);
      },
      onClosed: (closed) => {
        // Messages in flight arrive before the end of the connection.
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

  /** Closes the connection at the client, as the system does after minutes without an acknowledgment. */
  giveUp(): void {
    this.#giveUp();
  }

  /** Closes the connection at the server, as after missing pings. */
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

/** Name of a message in its dialect. A response is named after its request. */
function labelOf(packet: ProtooFrame, own: Map<number, string>, others: Map<number, string>): string {
  if (packet.kind === 'response') return `response to ${others.get(packet.id) ?? 'nothing'}`;
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
