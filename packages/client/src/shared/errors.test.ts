import { describe, expect, it, vi } from 'vitest';
import { TureenError, asRetryable, isServerFault } from './errors.ts';
import { readServerReason } from './finalReasons.ts';

describe('TureenError', () => {
  it.each([
    [503, true],
    [500, false],
    [403, false],
    [undefined, false],
  ])('makes a request refused with %s retryable: %s', (serverCode, retryable) => {
    expect(new TureenError('requestRefused', 'refused', { serverCode }).retryable).toBe(retryable);
  });

  it.each([
    ['roomFull', true],
    ['tooManyRooms', true],
    ['unauthorized', false],
    ['tokenExpired', false],
    ['kicked', false],
    [undefined, false],
  ])('makes closedByServer with the reason %s retryable: %s', (reason, retryable) => {
    expect(new TureenError('closedByServer', 'closed', readServerReason(reason)).retryable).toBe(retryable);
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
  ])('counts a refusal with the reason %s and the number %i as a temporary fault: %s', (reason, serverCode, passes) => {
    expect(
      isServerFault(new TureenError('requestRefused', 'refused', { ...readServerReason(reason), serverCode })),
    ).toBe(passes);
  });

  it('keeps reason and close code in asRetryable', () => {
    const error = new TureenError('closedByServer', 'closed', { reason: 'forbidden', closeCode: 4000 });
    expect(asRetryable(error)).toMatchObject({ retryable: true, reason: 'forbidden', closeCode: 4000 });
  });

  it('keeps the text of the server in asRetryable', () => {
    const error = new TureenError('closedByServer', 'closed', readServerReason('kicked: spam'));
    expect(asRetryable(error)).toMatchObject({ reason: 'kicked', detail: 'spam' });
  });
});

describe('TureenError.is', () => {
  it('is true for an error of another copy of the package, where instanceof is false', async () => {
    vi.resetModules();
    const copy = await import('./errors.ts');
    const foreign = new copy.TureenError('closed', 'the room closed');
    expect([
      foreign instanceof TureenError,
      TureenError.is(foreign),
      copy.TureenError.is(new TureenError('closed', '')),
    ]).toEqual([false, true, true]);
  });

  it.each([new Error('closed'), { name: 'TureenError', code: 'closed' }, null, undefined, 'closed'])(
    'is false for %o',
    (value) => {
      expect(TureenError.is(value)).toBe(false);
    },
  );

  it('adds no property that a copy or a comparison of the error sees', () => {
    expect(Reflect.ownKeys({ ...new TureenError('closed', '') }).filter((key) => typeof key === 'symbol')).toEqual([]);
  });
});
