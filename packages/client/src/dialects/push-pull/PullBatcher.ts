import { type Deferred, deferred } from '@tureen/kernel';
import {
  mayBeTheOther,
  type PeerConnectionSession,
  type PullRequest,
  type SdpExchange,
} from '../../media/PeerConnectionMedia.ts';
import type { MediaConsumer } from '../../media/MediaEngine.ts';
import type { Connection } from './ConnectionStates.ts';
import { TureenError, toTureenError } from '../../shared/errors.ts';

/** One track to pull, of whom. */
export interface PullWish extends PullRequest {
  readonly userId: string;
}

interface Waiting {
  readonly wish: PullWish;
  readonly done: Deferred<MediaConsumer>;
}

export interface PullBatcherOptions {
  readonly media: PeerConnectionSession;
  /** Asks the server for these, which are one user's and in the order of the offer. */
  readonly exchange: (wishes: readonly PullWish[]) => SdpExchange;
  readonly connection: () => Connection;
}

/** Pulls what is wished for in the same moment: a user's sound and picture over one connection where they fit together. */
export class PullBatcher {
  readonly #options: PullBatcherOptions;
  #waiting: Waiting[] = [];

  constructor(options: PullBatcherOptions) {
    this.#options = options;
  }

  pull(wish: PullWish): Promise<MediaConsumer> {
    const done = deferred<MediaConsumer>();
    if (this.#waiting.push({ wish, done }) === 1) {
      queueMicrotask(() => {
        this.#flush();
      });
    }
    return done.promise;
  }

  #flush(): void {
    const rest = new Set(this.#waiting);
    this.#waiting = [];
    for (const one of rest) {
      rest.delete(one);
      const other = [...rest].find((candidate) => this.#fit(one.wish, candidate.wish));
      if (other === undefined) void this.#pull([one]);
      else {
        rest.delete(other);
        void this.#pull(one.wish.kind === 'audio' ? [one, other] : [other, one]);
      }
    }
  }

  #fit(one: PullWish, other: PullWish): boolean {
    return (
      one.userId === other.userId &&
      one.kind !== other.kind &&
      this.#options.media.canPullTogether(one.kind === 'audio' ? [one, other] : [other, one])
    );
  }

  async #pull(batch: readonly Waiting[]): Promise<void> {
    const { media, exchange, connection } = this.#options;
    const wishes = batch.map(({ wish }) => wish);
    try {
      const handlers = connection();
      const consumers = await media.pull(wishes, exchange(wishes), handlers);
      handlers.carries = consumers;
      batch.forEach(({ wish, done }, index) => {
        const consumer = consumers[index];
        if (consumer === undefined) done.reject(new TureenError('mediaFailed', `nothing was pulled of '${wish.id}'`));
        else done.resolve(consumer);
      });
    } catch (cause) {
      const error = toTureenError(cause, 'mediaFailed');
      // A track whose source is gone spoils the answer for the other one too.
      if (batch.length > 1 && mayBeTheOther.has(error.code)) for (const one of batch) void this.#pull([one]);
      else for (const { done } of batch) done.reject(error);
    }
  }
}
