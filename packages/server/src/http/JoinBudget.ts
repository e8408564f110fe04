import type { Clock } from '@tureen/kernel';
import { Rate } from './Rate.ts';

/** Parts of a {@link JoinBudget}. */
export interface JoinBudgetOptions {
  /** Maximum connections of one peer per minute; 0: no limit. */
  readonly perMinute: number;
  readonly clock: Clock;
}

/** Room ID and peer ID in the URL. */
export interface NamedPeer {
  readonly roomId: string;
  readonly peerId: string;
}

/** A budget without a connection for a minute is full again, and is deleted. */
const MINUTE_MS = 60_000;

/**
 * Maximum number of budgets, each of about 700 bytes at most. Clients choose their IDs: under a flood of IDs, the peers that
 * connected longest ago lose their budgets.
 */
const MAX_PEERS = 10_000;

interface Budget {
  readonly rate: Rate;
  usedAt: number;
}

/**
 * Limits how often one peer may enter one room. Each join costs a router or a transport, and a notification to all peers,
 * however soon the session ends. Rejoins and resumes count too.
 */
export class JoinBudget {
  readonly #options: JoinBudgetOptions;
  /** Budgets in the order of their last use. */
  readonly #budgets = new Map<string, Budget>();

  constructor(options: JoinBudgetOptions) {
    this.#options = options;
  }

  /** Number of budgets. */
  get size(): number {
    return this.#budgets.size;
  }

  /** Seconds until a peer without a budget may try again. */
  get retryAfterSec(): number {
    return Math.ceil(60 / this.#options.perMinute);
  }

  /** Counts a connection. Returns whether the peer may enter; true where the URL names no peer. */
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
