import { deferred } from '@tureen/kernel';
import { describe, expect, it, vi } from 'vitest';
import { abortable, throwIfAborted } from './abortable.ts';

function setup() {
  const controller = new AbortController();
  const added = vi.spyOn(controller.signal, 'addEventListener');
  const removed = vi.spyOn(controller.signal, 'removeEventListener');
  const work = deferred<string>();
  const undo = vi.fn();
  const listeners = () => added.mock.calls.length - removed.mock.calls.length;
  return { controller, work, undo, listeners };
}

describe('abortable', () => {
  it('returns the work itself without a signal', () => {
    const work = Promise.resolve('done');
    expect(abortable(work, undefined, 'call()', () => {})).toBe(work);
  });

  it('settles as the work does, and removes its listener', async () => {
    for (const outcome of ['done', new Error('refused')]) {
      const { controller, work, undo, listeners } = setup();
      const settled = abortable(work.promise, controller.signal, 'call()', undo).catch((error: unknown) => error);
      expect(listeners()).toBe(1);
      if (typeof outcome === 'string') work.resolve(outcome);
      else work.reject(outcome);
      expect(await settled).toBe(outcome);
      controller.abort();
      expect([listeners(), undo.mock.calls.length]).toEqual([0, 0]);
    }
  });

  it('rejects with aborted and the reason as the cause, and undoes the work, which may reject at once', async () => {
    const { controller, work, undo, listeners } = setup();
    undo.mockImplementation(() => {
      work.reject(new Error('undone'));
    });
    const rejected = expect(abortable(work.promise, controller.signal, 'call()', undo)).rejects.toMatchObject({
      code: 'aborted',
      message: 'call() was aborted',
      cause: 'navigation',
    });
    controller.abort('navigation');
    await rejected;
    expect([listeners(), undo.mock.calls.length]).toEqual([0, 1]);
  });
});

describe('throwIfAborted', () => {
  it('throws aborted only for a signal that has aborted', () => {
    expect(() => {
      throwIfAborted(AbortSignal.abort('late'), 'call()');
    }).toThrow(expect.objectContaining({ code: 'aborted', cause: 'late' }) as Error);
    throwIfAborted(undefined, 'call()');
    throwIfAborted(new AbortController().signal, 'call()');
  });
});
