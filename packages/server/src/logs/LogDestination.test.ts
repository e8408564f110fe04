import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { LogDestination, MAX_WAITING_BYTES, RETRY_MS } from './LogDestination.ts';
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
    succeed: () => {
      complete();
    },
    fail: (message: string, written = 0) => {
      complete(new Error(message), written);
    },
  };
}

describe('LogDestination', () => {
  it('writes lines that arrived meanwhile in one chunk after the first', () => {
    const { destination, text, succeed } = open();
    for (const line of ['a\n', 'b\n', 'c\n']) destination.write(line);
    succeed();
    expect(text()).toBe('a\n');
    succeed();
    expect(text()).toBe('a\nb\nc\n');
    expect(destination.linesLost).toBe(0);
  });

  it('drops waiting lines when a write fails, and later lines until the next attempt', () => {
    const { destination, clock, failures, isWriting, fail, succeed, text } = open();
    destination.write('a\n');
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
    succeed();
    expect(text()).toBe('lost 3\nd\n');
    expect(destination.linesLost).toBe(3);
    expect(failures).toEqual(['disk full']);
    expect(clock.pending).toBe(0);
  });

  it('reports the next failure after a successful write', () => {
    const { destination, clock, failures, fail, succeed } = open();
    destination.write('a\n');
    fail('first');
    clock.advance(RETRY_MS);
    succeed();
    destination.write('b\n');
    fail('second');
    expect(failures).toEqual(['first', 'second']);
  });

  it('counts the lines of a chunk that were written whole, and ends a torn line', () => {
    const { destination, clock, text, succeed, fail } = open();
    destination.write('first\n');
    destination.write('second\n');
    destination.write('third\n');
    succeed();
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
    for (let n = 0; n < fits + 1 + 5; n += 1) destination.write(line);
    expect(destination.linesLost).toBe(5);
    while (isWriting()) succeed();
    expect(text()).toBe(`${line.repeat(fits + 1)}lost 5\n`);
  });

  it('writes again without a report where the level of the log hides it', () => {
    const { destination, clock, text, isWriting, fail, succeed } = open({ isReporting: false });
    destination.write('a\n');
    fail('disk full');
    clock.advance(RETRY_MS);
    expect(isWriting()).toBe(false);
    destination.write('b\n');
    succeed();
    expect(text()).toBe('b\n');
  });

  it('is idle when all lines are written or lost', async () => {
    const { destination, fail } = open();
    await destination.whenIdle();
    destination.write('a\n');
    expect(destination.holdsExit).toBe(true);
    const idle = destination.whenIdle();
    fail('disk full');
    await idle;
    expect(destination.holdsExit).toBe(false);
  });

  it('writes waiting lines at once when the process exits', () => {
    const { destination, text } = open();
    destination.write('in the system\n');
    destination.write('waiting\n');
    destination.flushNow();
    expect(text()).toBe('waiting\n');
  });
});
