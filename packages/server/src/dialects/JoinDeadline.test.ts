import { describe, expect, it } from 'vitest';
import { capturedLogs } from '../testing/capturedLogs.ts';
import { StallingClock } from '../testing/StallingClock.ts';
import { JoinDeadline } from './JoinDeadline.ts';

function open(timeoutMs = 5000) {
  const clock = new StallingClock();
  const late: string[] = [];
  const deadline = new JoinDeadline({
    clock,
    timeoutMs,
    logger: capturedLogs().logger,
    onLate: ({ reason }) => late.push(reason),
  });
  /** Starts work that ends when the test decides. */
  const owe = () => {
    let end: () => void = () => {};
    const ended = deadline.owe(() => new Promise<void>((resolve) => (end = resolve)));
    return async () => {
      end();
      await ended;
    };
  };
  return { clock, late, deadline, owe };
}

describe('JoinDeadline', () => {
  it('blames the client when the server owes no response', () => {
    const { clock, late } = open();
    clock.advance(4999);
    expect(late).toEqual([]);
    clock.advance(1);
    expect(late).toEqual(['joinTimeout']);
    expect(clock.pending).toBe(0);
  });

  it('blames the server when it owes a response at the deadline, once', async () => {
    const { clock, late, owe } = open();
    const end = owe();
    clock.advance(5000);
    expect(late).toEqual(['unavailable']);
    await end();
    clock.advance(60_000);
    expect(late).toEqual(['unavailable']);
  });

  it('gives the client its full time again after a response of the server was late', async () => {
    const { clock, late, owe } = open();
    clock.advance(500);
    const ends = [owe(), owe()];
    clock.advance(2000);
    await ends[0]!();
    clock.advance(2000);
    await ends[1]!();
    clock.advance(4499);
    expect(late).toEqual([]);
    clock.advance(1);
    expect(late).toEqual(['joinTimeout']);
  });

  it('gives the client its full time again after the server was blocked', () => {
    const { clock, late } = open();
    clock.advance(1000);
    clock.stall(60_000);
    clock.advance(3999);
    expect(late).toEqual([]);
    clock.advance(1000);
    expect(late).toEqual(['joinTimeout']);
  });

  it('reads a response that arrived while the server was blocked before it blames the server', async () => {
    const { clock, late, owe } = open();
    const end = owe();
    clock.advance(4999);
    clock.stall(60_000);
    clock.advance(1);
    expect(late).toEqual([]);
    await end();
    clock.advance(5000);
    expect(late).toEqual(['joinTimeout']);
  });

  it('passes on the result and the failure of the work', async () => {
    const { clock, late, deadline } = open();
    expect(await deadline.owe(async () => 'done')).toBe('done');
    await expect(deadline.owe(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    clock.advance(5000);
    expect(late).toEqual(['joinTimeout']);
  });

  it('blames neither end after it was canceled, even while a response is owed', () => {
    const { clock, late, deadline, owe } = open();
    owe();
    deadline.cancel();
    clock.advance(60_000);
    expect(late).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
