import { describe, expect, it } from 'vitest';
import { PendingResponses } from './PendingResponses.ts';

/** Creates a tracker, and records the order of its callbacks. */
function open() {
  const log: string[] = [];
  return { log, responses: new PendingResponses(), note: (text: string) => () => log.push(text) };
}

describe('PendingResponses', () => {
  it('runs a callback at once without pending responses', () => {
    const { responses, log, note } = open();
    responses.afterAll(note('closed'));
    expect(log).toEqual(['closed']);
  });

  it('runs a callback after the last pending response was sent, not when the response was made', async () => {
    const { responses, log, note } = open();
    const first = responses.track(() => Promise.resolve({ data: 1, afterSent: note('first sent') }));
    const second = responses.track(() => Promise.resolve({ data: 2 }));
    responses.afterAll(note('closed'));
    const [one, two] = [await first, await second];
    expect([one.data, two.data, log]).toEqual([1, 2, []]);
    two.afterSent?.();
    expect(log).toEqual([]);
    one.afterSent?.();
    expect(log).toEqual(['first sent', 'closed']);
  });

  it('counts a refusal as a response', async () => {
    const { responses, log, note } = open();
    const refused = responses.track(() => Promise.reject(new Error('refused')));
    responses.afterAll(note('closed'));
    const result = await refused;
    expect([result.error, log]).toEqual([new Error('refused'), []]);
    result.afterSent?.();
    expect(log).toEqual(['closed']);
  });
});
