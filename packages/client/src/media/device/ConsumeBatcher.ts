import { type Deferred, deferred } from '@tureen/kernel';
import { TureenError, notAgain } from '../../shared/errors.ts';
import type { Soundness } from './ReceiveGuard.ts';

interface Member<T, Vendor> {
  readonly create: (vendor: Vendor) => Promise<T>;
  readonly outcome: Deferred<T>;
}

export interface ConsumeBatcherOptions<Vendor> {
  readonly vendor: Vendor;
  /** How the connection is after the last failure. */
  readonly soundness: () => Soundness;
  /** Whether a consumer can be made on a connection of its own, over which nothing goes. */
  readonly rehearse: (create: (vendor: Vendor) => Promise<unknown>) => Promise<boolean>;
  /** Nothing more can be had from the transport. */
  readonly onLost: (error: Error) => void;
}

/**
 * mediasoup-client makes the consumers asked for at one time in one go, and one that the browser refuses fails them all, with
 * one and the same error object. Here those are tried again one by one, and only the guilty fail, with the hint that they are
 * not to be tried again. Where the connection is lost with them, each is rehearsed on another one: what can be received there
 * fails with an error that is retryable.
 */
export class ConsumeBatcher<T, Vendor> {
  readonly #options: ConsumeBatcherOptions<Vendor>;
  readonly #failed = new WeakMap<object, Member<T, Vendor>[]>();
  /** One failed, and nothing was received since: the connection may have been lost then. */
  #isDoubtful = false;

  constructor(options: ConsumeBatcherOptions<Vendor>) {
    this.#options = options;
  }

  /** `isRetryable` says whether `error` came from the batch and the transport is still there. */
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
        // By then the others of the batch are here: their rejections were queued in one go with this one.
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
      // None is refused alone: all of them, unless it was lost before they came.
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
