import type { Clock } from '@tureen/kernel';
import { Rate } from './Rate.ts';

/** Parts of a {@link JoinBudget}. */
export interface JoinBudgetOptions {
  /** Connections of one peer within a minute; 0 allows any number. */
  readonly perMinute: number;
  readonly clock: Clock;
}

/** A peer as its URL names it. */
export interface NamedPeer {
  readonly roomId: string;
  readonly peerId: string;
}

/** After a minute without a connection, a budget is whole again and can be forgotten. */
const MINUTE_MS = 60_000;

/**
 * The budgets held at a time, some 700 bytes each at most. Clients choose their ids: a flood of them makes the budget forget
 * those that connected longest ago.
 */
const MAX_PEERS = 10_000;

interface Budget {
  readonly rate: Rate;
  usedAt: number;
}

/**
 * How often one peer may enter one room: each join costs a router or a transport and a notification to everyone, however soon
 * the session ends. A rejoin and a resume count alike.
 */
export class JoinBudget {
  readonly #options: JoinBudgetOptions;
  /** In the order of their last use. */
  readonly #budgets = new Map<string, Budget>();

  constructor(options: JoinBudgetOptions) {
    this.#options = options;
  }

  /** How many budgets are held. */
  get size(): number {
    return this.#budgets.size;
  }

  /** Seconds until a peer without a budget may try again. */
  get retryAfterSec(): number {
    return Math.ceil(60 / this.#options.perMinute);
  }

  /** Counts one more connection of the peer. Whether the peer may enter; true where the URL names none. */
  take(peer: NamedPeer | undefined): boolean {
    const { perMinute, clock } = this.#options;
    if (perMinute === 0 || peer === undefined) return true;
    const now = clock.now();
    const key = `${peer.roomId}\0${peer.peerId}`;
    const budget = this.#budgets.get(key) ?? this.#create();
    this.#budgets.delete(key);
    this.#forget(now);
    budget.usedAt = now;
    this.#budgets.set(key, budget);
    return budget.rate.take();
  }

  #create(): Budget {
    const { perMinute, clock } = this.#options;
    return { rate: new Rate({ perSecond: perMinute / 60, burst: perMinute, clock }), usedAt: 0 };
  }

  #forget(now: number): void {
    for (const [key, { usedAt }] of this.#budgets) {
      if (this.#budgets.size < MAX_PEERS && now - usedAt < MINUTE_MS) return;
      this.#budgets.delete(key);
    }
  }
}
