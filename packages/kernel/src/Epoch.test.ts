import { describe, expect, it } from 'vitest';
import { Epoch } from './Epoch.ts';

describe('Epoch', () => {
  it('gives one signal to all work of an epoch', () => {
    const epoch = new Epoch();
    expect(epoch.signal).toBe(epoch.signal);
    expect(epoch.signal.aborted).toBe(false);
  });

  it('aborts the signal of the ended epoch, and gives a fresh signal to the next', () => {
    const epoch = new Epoch();
    const { signal } = epoch;
    epoch.next();
    expect(signal.aborted).toBe(true);
    expect(epoch.signal).not.toBe(signal);
    expect(epoch.signal.aborted).toBe(false);
  });

  it('keeps every ended epoch ended', () => {
    const epoch = new Epoch();
    const first = epoch.signal;
    epoch.next();
    const second = epoch.signal;
    epoch.next();
    epoch.next();
    expect([first.aborted, second.aborted, epoch.signal.aborted]).toEqual([true, true, false]);
  });

  it('throws the reason of the end in stale work', () => {
    const epoch = new Epoch();
    const { signal } = epoch;
    const reason = new Error('the connection dropped');
    signal.throwIfAborted();
    epoch.next(reason);
    expect(() => {
      signal.throwIfAborted();
    }).toThrow(reason);
  });

  it('rejects waiters that listen for the end, with the next epoch in place', async () => {
    const epoch = new Epoch();
    const ended = epoch.signal;
    const waiter = new Promise((_, reject) => {
      ended.addEventListener('abort', () => {
        reject(
          new Error(`ended, next aborted: ${String(epoch.signal.aborted)}, same: ${String(epoch.signal === ended)}`),
        );
      });
    });
    epoch.next();
    await expect(waiter).rejects.toThrow('ended, next aborted: false, same: false');
  });

  it('lets only the latest of overlapping calls deliver its result', async () => {
    const epoch = new Epoch();
    const delivered: string[] = [];
    const load = async (name: string, result: Promise<void>) => {
      epoch.next();
      const { signal } = epoch;
      await result;
      if (!signal.aborted) delivered.push(name);
    };
    const slow = Promise.withResolvers<void>();
    const both = [load('first', slow.promise), load('second', Promise.resolve())];
    await both[1];
    slow.resolve();
    await Promise.all(both);
    expect(delivered).toEqual(['second']);
  });
});
