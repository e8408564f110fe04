import { type Deferred, deferred } from '@tureen/kernel';
import { TureenError, notAgain } from '../../shared/errors.ts';
import type { Soundness } from './ReceiveGuard.ts';

interface Member<T, Vendor> {
  readonly create: (vendor: Vendor) => Promise<T>;
  readonly outcome: Deferred<T>;
}

export interface ConsumeBatcherOptions<Vendor> {
  readonly vendor: Vendor;
  /** State of the connection after the last failure. */
  readonly soundness: () => Soundness;
  /** Returns whether the consumer can be created on a separate connection that sends nothing. */
  readonly rehearse: (create: (vendor: Vendor) => Promise<unknown>) => Promise<boolean>;
  /** The transport cannot consume any more. */
  readonly onLost: (error: Error) => void;
}

/**
 * mediasoup-client creates the consumers of a tick in one batch. A consumer that the browser refuses fails the whole batch, with
 * the same error object. This class retries them one by one. Only those at fault then fail, with a hint against another attempt.
 * Where the connection is lost too, each consumer is rehearsed on another connection; those that succeed there fail with a
 * retryable error.
 */
export class ConsumeBatcher<T, Vendor> {
  readonly #options: ConsumeBatcherOptions<Vendor>;
  readonly #failed = new WeakMap<object, Member<T, Vendor>[]>();
  /** Whether a consumer failed and none has succeeded since: the connection may be lost. */
  #isDoubtful = false;

  constructor(options: ConsumeBatcherOptions<Vendor>) {
    this.#options = options;
  }

  /** Creates a consumer. `isRetryable`: whether `error` belongs to the batch and the transport is open. */
  async run(create: Member<T, Vendor>['create'], isRetryable: (error: unknown) => boolean): Promise<T> {
    try {
      return await this.#create(create);
    } catch (error) {
      if (!(error instanceof Error) || !isRetryable(error)) throw error;
      const member: Member<T, Vendor> = { create, outcome: deferred<T>() };
      const batch = this.#failed.get(error);
      if (batch !== undefined) batch.push(member);
      else {
        const started = [member];
        this.#failed.set(error, started);
        // The whole batch has arrived by then: its rejections were queued together.
        queueMicrotask(() => void this.#retry(started, error));
      }
      return member.outcome.promise;
    }
  }

  async #create(create: Member<T, Vendor>['create']): Promise<T> {
    const made = await create(this.#options.vendor);
    this.#isDoubtful = false;
    return made;
  }

  async #retry(batch: readonly Member<T, Vendor>[], error: Error): Promise<void> {
    const { onLost, rehearse, soundness } = this.#options;
    const failed: Member<T, Vendor>[] = [];
    for (const member of batch) {
      try {
        if (batch.length === 1) throw error;
        member.outcome.resolve(await this.#create(member.create));
      } catch {
        failed.push(member);
      }
    }
    let innocent: readonly Member<T, Vendor>[] = [];
    if (failed.length === batch.length && soundness() === 'lost') {
      onLost(error);
      const isFit = await Promise.all(failed.map(({ create }) => rehearse(create)));
      innocent = failed.filter((_, index) => isFit[index]);
      // Each consumer succeeds alone. Refuses all, unless the connection was lost before.
      if (innocent.length === failed.length && !this.#isDoubtful) innocent = [];
    } else if (failed.length === batch.length) this.#isDoubtful = soundness() === 'untried';
    for (const member of failed) {
      const refused = `consume: ${error.message}`;
      member.outcome.reject(
        innocent.includes(member)
          ? new TureenError('mediaFailed', `the transport broke by another consumer: ${error.message}`, {
              retryable: true,
              cause: error,
            })
          : new TureenError('mediaFailed', refused, { hint: notAgain, cause: error }),
      );
    }
  }
}
