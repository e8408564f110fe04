import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';

import { TureenError } from '../shared/errors.ts';
import { PendingRequests } from './PendingRequests.ts';

function create() {
  const clock = new ManualClock();
  return { clock, pending: new PendingRequests(clock) };
}

describe('PendingRequests', () => {
  it('assigns IDs in order, and resolves the request of a response with its data', async () => {
    const { clock, pending } = create();
    const [join, produce] = [pending.add('join', { timeoutMs: 100 }), pending.add('produce', { timeoutMs: 100 })];
    expect([join.id, produce.id, pending.size]).toEqual([1, 2, 2]);
    clock.advance(30);
    expect(pending.settle({ kind: 'response', id: 2, ok: true, data: { id: 'p1' } })).toEqual({
      method: 'produce',
      ms: 30,
    });
    expect(await produce.response).toEqual({ id: 'p1' });
    expect([pending.size, clock.pending]).toEqual([1, 1]);
  });

  it.each([
    ['no', 'no'],
    ['', "the server refused 'join'"],
  ])('rejects with requestRefused for an error response with reason %j', async (errorReason, message) => {
    const { clock, pending } = create();
    const { id, response } = pending.add('join', { timeoutMs: 100 });
    pending.settle({ kind: 'response', id, ok: false, errorCode: 403, errorReason, endReason: 'roomFull' });
    await expect(response).rejects.toMatchObject({
      code: 'requestRefused',
      message,
      method: 'join',
      serverCode: 403,
      reason: 'roomFull',
    });
    expect(clock.pending).toBe(0);
  });

  it('returns null for a second response and for an unknown ID', async () => {
    const { pending } = create();
    const { id, response } = pending.add('join', { timeoutMs: 100 });
    pending.settle({ kind: 'response', id, ok: true, data: 'first' });
    expect(pending.settle({ kind: 'response', id, ok: true, data: 'second' })).toBeNull();
    expect(pending.settle({ kind: 'response', id: 99, ok: true, data: {} })).toBeNull();
    expect(await response).toBe('first');
  });

  it('rejects with requestTimeout, then calls onTimeout', async () => {
    const { clock, pending } = create();
    let timeouts = 0;
    const { id, response } = pending.add('join', { timeoutMs: 100, onTimeout: () => (timeouts += 1) });
    clock.advance(99);
    expect(timeouts).toBe(0);
    clock.advance(1);
    await expect(response).rejects.toMatchObject({
      code: 'requestTimeout',
      message: "no response to 'join' within 100 ms",
      method: 'join',
    });
    expect([timeouts, pending.size]).toEqual([1, 0]);
    expect(pending.settle({ kind: 'response', id, ok: true, data: {} })).toBeNull();
  });

  it('rejects with aborted when the signal aborts, and stops the timer', async () => {
    const { clock, pending } = create();
    const abort = new AbortController();
    const { response } = pending.add('join', { timeoutMs: 100, signal: abort.signal });
    abort.abort('enough');
    await expect(response).rejects.toMatchObject({ code: 'aborted', method: 'join', cause: 'enough' });
    expect(clock.pending).toBe(0);
  });

  it('rejects the request of a malformed response with badResponse', async () => {
    const { pending } = create();
    const { id, response } = pending.add('join', { timeoutMs: 100 });
    pending.rejectMalformed(id, 'not an object');
    pending.rejectMalformed(99, 'not an object');
    await expect(response).rejects.toMatchObject({ code: 'badResponse', message: 'not an object', method: 'join' });
  });

  it('rejects one request, or all, each with an error for its method', async () => {
    const { clock, pending } = create();
    const requests = ['join', 'produce', 'consume'].map((method) => pending.add(method, { timeoutMs: 100 }));
    pending.reject(requests[0]!.id, new TureenError('connectionLost', 'not sent'));
    pending.rejectAll((method) => new TureenError('closed', `${method} closed`));
    const results = await Promise.allSettled(requests.map(({ response }) => response));
    expect(results.map((result) => (result as { reason: Error }).reason.message)).toEqual([
      'not sent',
      'produce closed',
      'consume closed',
    ]);
    expect([pending.size, clock.pending]).toEqual([0, 0]);
  });
});
