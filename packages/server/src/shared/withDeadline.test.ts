import { describe, expect, it, vi } from 'vitest';
import { whenCalled } from '@tureen/testkit/whenCalled';
import { ManualClock } from '@tureen/kernel';
import { withDeadline } from './withDeadline.ts';

const toError = () => new Error('too late');

describe('withDeadline', () => {
  it('passes on a result in time, and leaves no timer', async () => {
    const clock = new ManualClock();
    expect(await withDeadline(async () => 1, { clock, timeoutMs: 10, toError })).toBe(1);
    await expect(
      withDeadline(() => Promise.reject(new TypeError('no')), { clock, timeoutMs: 10, toError }),
    ).rejects.toThrow(TypeError);
    expect(clock.pending).toBe(0);
  });

  it('rejects with what the work throws synchronously', async () => {
    const clock = new ManualClock();
    const work = (): Promise<never> => {
      throw new RangeError('at once');
    };
    await expect(withDeadline(work, { clock, timeoutMs: 10, toError })).rejects.toThrow(RangeError);
    expect(clock.pending).toBe(0);
  });

  it('rejects at the deadline, then passes a late result to onLate and drops a late failure', async () => {
    const clock = new ManualClock();
    const late: number[] = [];
    const { promise, resolve } = Promise.withResolvers<number>();
    const { promise: failing, reject } = Promise.withResolvers<number>();
    const options = { clock, timeoutMs: 10, toError, onLate: (result: number) => late.push(result) };
    const waits = [withDeadline(() => promise, options), withDeadline(() => failing, options)];
    const rejected = Promise.all(waits.map((wait) => expect(wait).rejects.toThrow('too late')));
    clock.advance(10);
    await rejected;
    resolve(7);
    reject(new Error('late'));
    await Promise.allSettled([promise, failing]);
    expect(late).toEqual([7]);
  });

  it('rejects as soon as its signal aborts, and starts nothing after that', async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const { signal } = controller;
    const onLate = vi.fn<(result: number) => void>();
    const { promise, resolve } = Promise.withResolvers<number>();
    const options = { clock, timeoutMs: 10, toError, signal, onLate };
    const waits = expect(withDeadline(() => promise, options)).rejects.toThrow('too late');
    controller.abort();
    await waits;
    resolve(1);
    await whenCalled(onLate);
    expect(onLate.mock.calls).toEqual([[1]]);
    const work = () => expect.unreachable('the work starts');
    await expect(withDeadline(work, options)).rejects.toThrow('too late');
    expect(clock.pending).toBe(0);
  });
});
