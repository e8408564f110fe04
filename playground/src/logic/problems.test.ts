import { type EndReason, TureenError } from '@tureen/client';
import { describe, expect, it } from 'vitest';
import { adviceFor, byReason, joinProblem } from './problems.ts';

const wireWords = /mediasoup|protoo|dialect|codec|token|getRouter|close code|[a-z][A-Z]/;

describe('joinProblem', () => {
  it.each(Object.keys(byReason) as EndReason[])('explains %s without codes or protocol terms', (reason) => {
    const error = new TureenError('closedByServer', `the server closed: ${reason}`, { reason });
    const { title, detail } = joinProblem(error);
    expect(`${title} ${detail}`).not.toMatch(wireWords);
    expect(title).toMatch(/^[A-Z].*\.$/);
  });

  it.each([
    [new TureenError('closedByServer', '', { reason: 'roomFull' }), 'This room is full.'],
    [new TureenError('closedByServer', '', { reason: 'tokenExpired' }), 'You need to sign in.'],
    [new TureenError('connectionFailed', ''), 'The server cannot be reached.'],
    [new TureenError('closedByServer', '', { detail: 'no shoes' }), 'The server did not let you in.'],
    [new TureenError('closedByServer', '', { detail: 'toString' }), 'The server did not let you in.'],
    [new Error('anything'), 'The room could not be joined.'],
  ])('explains %o as: %s', (error, title) => {
    expect(joinProblem(error).title).toBe(title);
  });
});

describe('adviceFor', () => {
  it('gives advice for a device error and for any other error', () => {
    expect(adviceFor(new TureenError('permissionDenied', 'x'))).toContain('Allow it');
    expect(adviceFor(new RangeError('x'))).toBe('Try again, or reload the page.');
    expect(adviceFor(new TureenError('invalidState', 'x'))).toBe('Try again, or reload the page.');
  });
});
