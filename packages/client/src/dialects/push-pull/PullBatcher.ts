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

/** A track to pull, with the user that pushes the track. */
export interface UserPull extends PullRequest {
  readonly userId: string;
}

interface PendingPull {
  readonly pull: UserPull;
  readonly done: Deferred<MediaConsumer>;
}

export interface PullBatcherOptions {
  readonly media: PeerConnectionSession;
  /** Requests the tracks of one user from the server, in the order of the offer. */
  readonly exchange: (pulls: readonly UserPull[]) => SdpExchange;
  readonly connection: () => Connection;
}

/** Combines pulls of the same tick: one connection carries audio and video of a user, where the media allows both together. */
export class PullBatcher {
  readonly #options: PullBatcherOptions;
  #pending: PendingPull[] = [];

  constructor(options: PullBatcherOptions) {
    this.#options = options;
  }

  pull(pull: UserPull): Promise<MediaConsumer> {
    const done = deferred<MediaConsumer>();
    if (this.#pending.push({ pull, done }) === 1) {
      queueMicrotask(() => {
        this.#flush();
      });
    }
    return done.promise;
  }

  #flush(): void {
    const rest = new Set(this.#pending);
    this.#pending = [];
    for (const one of rest) {
      rest.delete(one);
      const other = [...rest].find((candidate) => this.#fit(one.pull, candidate.pull));
      if (other === undefined) void this.#pull([one]);
      else {
        rest.delete(other);
        void this.#pull(one.pull.kind === 'audio' ? [one, other] : [other, one]);
      }
    }
  }

  #fit(one: UserPull, other: UserPull): boolean {
    return (
      one.userId === other.userId &&
      one.kind !== other.kind &&
      this.#options.media.canPullTogether(one.kind === 'audio' ? [one, other] : [other, one])
    );
  }

  async #pull(batch: readonly PendingPull[]): Promise<void> {
    const { media, exchange, connection } = this.#options;
    const pulls = batch.map(({ pull }) => pull);
    try {
      const handlers = connection();
      const consumers = await media.pull(pulls, exchange(pulls), handlers);
      handlers.carries = consumers;
      batch.forEach(({ pull, done }, index) => {
        const consumer = consumers[index];
        if (consumer === undefined)
          done.reject(new TureenError('mediaFailed', `the pull of '${pull.id}' gave no track`));
        else done.resolve(consumer);
      });
    } catch (cause) {
      const error = toTureenError(cause, 'mediaFailed');
      // The server also refuses the other track if the source of one has closed.
      if (batch.length > 1 && mayBeTheOther.has(error.code)) for (const one of batch) void this.#pull([one]);
      else for (const { done } of batch) done.reject(error);
    }
  }
}
