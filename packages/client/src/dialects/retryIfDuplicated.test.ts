import { describe, expect, it } from 'vitest';
import { TureenError } from '../shared/errors.ts';
import { retryIfDuplicated } from './retryIfDuplicated.ts';

const rethrow = retryIfDuplicated((message) => message === 'duplicated');

async function errorAfter(error: Error): Promise<unknown> {
  return Promise.reject<never>(error)
    .catch(rethrow)
    .catch((thrown: unknown) => thrown);
}

describe('retryIfDuplicated', () => {
  it('makes the refusal of a duplicated peer retryable', async () => {
    const error = new TureenError('requestRefused', 'duplicated', { method: 'join', serverCode: 500 });
    expect(await errorAfter(error)).toMatchObject({
      code: 'requestRefused',
      message: 'duplicated',
      method: 'join',
      serverCode: 500,
      retryable: true,
    });
  });

  it.each([
    ['another refusal', new TureenError('requestRefused', 'room full')],
    ['an error that is no refusal', new TureenError('badResponse', 'duplicated')],
    ['an unknown error', new Error('duplicated')],
  ])('rethrows %s as it is', async (_, error) => {
    expect(await errorAfter(error)).toBe(error);
  });
});
