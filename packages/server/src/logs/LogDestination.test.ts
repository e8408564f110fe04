import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { GATHER_MS, LogDestination, MAX_WAITING_BYTES, RETRY_MS } from './LogDestination.ts';
import type { LogSink } from './LogSink.ts';

type Done = Parameters<LogSink['write']>[1];

/** Opens a destination whose sink responds when the test decides. */
function open({ isReporting = true } = {}) {
  const clock = new ManualClock();
  const failures: string[] = [];
  let text = '';
  let pending: { chunk: Buffer; done: Done } | undefined;
  const sink: LogSink = {
    holdsExit: true,
    write: (chunk, done) => {
      pending = { chunk, done };
    },
    writeNow: (chunk) => {
      text += chunk.toString();
    },
  };
  const destination = new LogDestination({ sink, clock, onFailing: ({ message }) => failures.push(message) });
  if (isReporting) destination.reportLossWith((lines) => `lost ${String(lines)}\n`);
  const complete = (error?: Error, written?: number) => {
    const { chunk, done } = pending!;
    pending = undefined;
    const bytes = written ?? (error === undefined ? chunk.length : 0);
    text += chunk.subarray(0, bytes).toString();
    done(error, bytes);
  };
  return {
    destination,
    clock,
    failures,
    text: () => text,
    isWriting: () => pending !== undefined,
    /** Lets the lines gather until they are written. */
    gather: () => {
      clock.advance(GATHER_MS);
    },
    succeed: () => {
      complete();
    },
    fail: (message: string, written = 0) => {
      complete(new Error(message), written);
    },
  };
}

describe('LogDestination', () => {
  it('writes the lines of 20 ms in one chunk, in their order', () => {
    const { destination, clock, isWriting, text, succeed } = open();
    destination.write('a\n');
    clock.advance(GATHER_MS - 1);
    destination.write('b\n');
    expect(isWriting()).toBe(false);
    clock.advance(1);
    destination.write('c\n');
    succeed();
    expect(text()).toBe('a\nb\n');
    clock.advance(GATHER_MS);
    succeed();
    expect(text()).toBe('a\nb\nc\n');
    expect(destination.linesLost).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('writes an urgent line at once, after the lines that wait', () => {
    const { destination, clock, isWriting, text, succeed } = open();
    destination.write('a\n');
    destination.write('urgent\n', { isUrgent: true });
    expect(isWriting()).toBe(true);
    destination.write('b\n');
    destination.write('urgent too\n', { isUrgent: true });
    succeed();
    succeed();
    expect(text()).toBe('a\nurgent\nb\nurgent too\n');
    expect(clock.pending).toBe(0);
  });

  it('writes a full chunk at once', () => {
    const { destination, isWriting } = open();
    destination.write(`${'x'.repeat(64 * 1024 - 2)}\n`);
    expect(isWriting()).toBe(false);
    destination.write('\n');
    expect(isWriting()).toBe(true);
  });

  it('writes waiting lines at once for a process that waits for them before it exits', async () => {
    const { destination, clock, text, succeed } = open();
    destination.write('a\n');
    const idle = destination.whenIdle();
    destination.write('b\n');
    succeed();
    succeed();
    await idle;
    expect(text()).toBe('a\nb\n');
    expect(clock.pending).toBe(0);
  });

  it('drops waiting lines when a write fails, and later lines until the next attempt', () => {
    const { destination, clock, failures, isWriting, gather, fail, succeed, text } = open();
    destination.write('a\n');
    gather();
    destination.write('b\n');
    fail('disk full');
    destination.write('c\n');
    expect(isWriting()).toBe(false);
    expect(destination.linesLost).toBe(3);

    clock.advance(RETRY_MS - 1);
    expect(isWriting()).toBe(false);
    clock.advance(1);
    fail('disk full');
    clock.advance(RETRY_MS);
    destination.write('d\n');
    succeed();
    gather();
    succeed();
    expect(text()).toBe('lost 3\nd\n');
    expect(destination.linesLost).toBe(3);
    expect(failures).toEqual(['disk full']);
    expect(clock.pending).toBe(0);
  });

  it('reports the next failure after a successful write', () => {
    const { destination, clock, failures, gather, fail, succeed } = open();
    destination.write('a\n');
    gather();
    fail('first');
    clock.advance(RETRY_MS);
    succeed();
    destination.write('b\n');
    gather();
    fail('second');
    expect(failures).toEqual(['first', 'second']);
  });

  it('counts the lines of a chunk that were written whole, and ends a torn line', () => {
    const { destination, clock, text, gather, succeed, fail } = open();
    destination.write('first\n');
    gather();
    destination.write('second\n');
    destination.write('third\n');
    succeed();
    gather();
    fail('disk full', 'second\nthi'.length);
    expect(destination.linesLost).toBe(1);
    clock.advance(RETRY_MS);
    succeed();
    expect(text()).toBe('first\nsecond\nthi\nlost 1\n');
  });

  it('limits the waiting lines, and reports the dropped ones after a write', () => {
    const { destination, text, isWriting, succeed } = open();
    const line = `${'x'.repeat(1023)}\n`;
    const fits = MAX_WAITING_BYTES / line.length;
    destination.write(line, { isUrgent: true });
    for (let n = 0; n < fits + 5; n += 1) destination.write(line);
    expect(destination.linesLost).toBe(5);
    while (isWriting()) succeed();
    expect(text()).toBe(`${line.repeat(fits + 1)}lost 5\n`);
  });

  it('writes again without a report where the level of the log hides it', () => {
    const { destination, clock, text, isWriting, gather, fail, succeed } = open({ isReporting: false });
    destination.write('a\n');
    gather();
    fail('disk full');
    clock.advance(RETRY_MS);
    expect(isWriting()).toBe(false);
    destination.write('b\n');
    gather();
    succeed();
    expect(text()).toBe('b\n');
  });

  it('is idle when all lines are written or lost', async () => {
    const { destination, fail } = open();
    await destination.whenIdle();
    destination.write('a\n');
    expect(destination.holdsExit).toBe(false);
    const idle = destination.whenIdle();
    expect(destination.holdsExit).toBe(true);
    fail('disk full');
    await idle;
    expect(destination.holdsExit).toBe(false);
  });

  it('writes waiting lines at once when the process exits', () => {
    const { destination, text, gather } = open();
    destination.write('in the system\n');
    gather();
    destination.write('waiting\n');
    destination.flushNow();
    expect(text()).toBe('waiting\n');
  });
});
