import { deferred, type Deferred } from '../../shared/deferred.ts';
import { toMediaError } from './vendorErrors.ts';

interface Member<T> {
  readonly create: () => Promise<T>;
  readonly outcome: Deferred<T>;
}

/**
 * mediasoup-client makes the consumers asked for at one time in one go, and one that the browser refuses fails them all, with
 * one and the same error object. Here those are tried again one by one, and only the guilty fail. Where none succeeds,
 * that error is thrown as it came: nothing more can be had from the transport.
 */
export class ConsumeBatches<T> {
  readonly #failed = new WeakMap<object, Member<T>[]>();

  /** `isRetryable` says whether `error` came from the batch and the transport is still there. */
  async run(create: () => Promise<T>, isRetryable: (error: unknown) => boolean): Promise<T> {
    try {
      return await create();
    } catch (error) {
      if (typeof error !== 'object' || error === null || !isRetryable(error)) throw error;
      const member: Member<T> = { create, outcome: deferred<T>() };
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

  async #retry(batch: readonly Member<T>[], error: object): Promise<void> {
    const guilty: { member: Member<T>; error: unknown }[] = [];
    if (batch.length === 1) guilty.push(...batch.map((member) => ({ member, error })));
    else {
      for (const member of batch) {
        try {
          member.outcome.resolve(await member.create());
        } catch (again) {
          guilty.push({ member, error: again });
        }
      }
    }
    const isLost = guilty.length === batch.length;
    for (const { member, error: reason } of guilty)
      member.outcome.reject(isLost && reason instanceof Error ? reason : toMediaError(reason, 'consume'));
  }
}
