import { expect, it } from 'vitest';
import { TureenError, asRetryable, isServerFault } from './errors.ts';

it.each([
  [503, true],
  [500, false],
  [403, false],
  [undefined, false],
])('a request refused with %s is retryable: %s', (serverCode, retryable) => {
  expect(new TureenError('requestRefused', 'refused', { serverCode }).retryable).toBe(retryable);
});

it.each([
  ['roomFull', true],
  ['tooManyRooms', true],
  ['unauthorized', false],
  ['tokenExpired', false],
  ['kicked', false],
  [undefined, false],
])('is retryable after closedByServer with the reason %s: %s', (reason, retryable) => {
  expect(new TureenError('closedByServer', 'closed', { reason }).retryable).toBe(retryable);
});

it.each([
  ['forbidden', -1, false],
  ['notPermitted', 500, false],
  ['shuttingDown', 500, true],
  ['aWordOfALaterServer', 500, true],
  ['aWordOfALaterServer', 403, false],
  ['roomFull', 403, true],
  ['unavailable', 503, true],
  [undefined, -1, true],
  [undefined, 403, false],
])('counts a refusal with the reason %s and the number %i as a fault that passes: %s', (reason, serverCode, passes) => {
  expect(isServerFault(new TureenError('requestRefused', 'refused', { reason, serverCode }))).toBe(passes);
});

it('keeps reason and close code where it becomes retryable', () => {
  const error = new TureenError('closedByServer', 'closed', { reason: 'forbidden', closeCode: 4000 });
  expect(asRetryable(error)).toMatchObject({ retryable: true, reason: 'forbidden', closeCode: 4000 });
});
