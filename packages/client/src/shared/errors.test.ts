import { expect, it } from 'vitest';
import { TureenError } from './errors.ts';

it.each([
  [503, true],
  [500, false],
  [403, false],
  [undefined, false],
])('a request refused with %s is retryable: %s', (serverCode, retryable) => {
  expect(new TureenError('requestRefused', 'refused', { serverCode }).retryable).toBe(retryable);
});
