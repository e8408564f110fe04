import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { StallingClock } from '../testing/StallingClock.ts';
import { OutgoingMessage } from './OutgoingMessage.ts';
import { SendBudget } from './SendBudget.ts';
import { SendQueue } from './SendQueue.ts';

const KiB = 1024;

/** Reads what a client reads of a frame: the length of its payload, and whether it ends the message. */
function readFrame(frame: Buffer): { readonly bytes: number; readonly isLast: boolean } {
  const short = frame.readUInt8(1);
  const bytes = short < 126 ? short : short === 126 ? frame.readUInt16BE(2) : Number(frame.readBigUInt64BE(2));
  return { bytes, isLast: frame.readUInt8(0) >= 0x80 };
}

/** Opens a queue on a network that reads a piece only when the test decides. */
function openQueue({
  budget = new SendBudget(Infinity),
  maxBufferedBytes = 100 * KiB,
  clock = new ManualClock(),
} = {}) {
  const pieces: { bytes: number; isLast: boolean; onWritten: () => void }[] = [];
  const events: string[] = [];
  const soon: (() => void)[] = [];
  const end = (event: string) => {
    events.push(event);
    queue.close();
  };
  const queue: SendQueue = new SendQueue({
    clock,
    budget,
    maxBufferedBytes,
    stallMs: 10_000,
    write: (frames, onWritten) => {
      const read = frames.map(readFrame);
      pieces.push({
        bytes: read.reduce((sum, { bytes }) => sum + bytes, 0),
        isLast: read.at(-1)?.isLast === true,
        onWritten,
      });
      return false;
    },
    atTurnEnd: (work) => {
      work();
    },
    soon: (work) => {
      soon.push(work);
    },
    onTooSlow: () => {
      end('too slow');
    },
    onEvicted: () => {
      end('evicted');
    },
  });
  return {
    queue,
    clock,
    budget,
    pieces,
    events,
    /** Writes the messages that may wait. */
    writeSoon(): void {
      for (const work of soon.splice(0)) work();
    },
    /** Lets the client read one piece. */
    read(): boolean {
      const piece = pieces.shift();
      piece?.onWritten();
      return piece !== undefined;
    },
  };
}

const message = (bytes: number) => new OutgoingMessage('x'.repeat(bytes));

describe('SendQueue', () => {
  it('passes little at a time to the system, the messages complete and in order', () => {
    const { queue, pieces, read } = openQueue();
    const given: [number, boolean][] = [];
    for (const size of [150, 1, 64]) queue.send(message(size * KiB));
    expect(pieces).toHaveLength(1);
    for (let next = pieces[0]; next !== undefined; next = pieces[0]) {
      given.push([next.bytes / KiB, next.isLast]);
      read();
    }
    expect(given).toEqual([
      [64, false],
      [64, false],
      [22 + 1 + 64, true],
    ]);
    expect(queue.waitingBytes).toBe(0);
    expect(queue.length).toBe(0);
  });

  it('keeps messages that may wait, and writes them together', () => {
    const { queue, pieces, writeSoon } = openQueue();
    for (const size of [1, 2, 3]) queue.send(message(size), true);
    expect(pieces).toEqual([]);
    expect(queue.waitingBytes).toBe(6);
    writeSoon();
    expect(pieces).toMatchObject([{ bytes: 6 }]);
  });

  it('writes messages that may wait before a message that does not', () => {
    const { queue, pieces, read, writeSoon } = openQueue();
    queue.send(message(1), true);
    queue.send(message(2));
    expect(pieces).toMatchObject([{ bytes: 3 }]);
    read();
    writeSoon();
    expect(pieces).toEqual([]);
  });

  it('writes messages that may wait before it is drained', () => {
    const { queue, events, read, writeSoon } = openQueue();
    queue.send(message(1), true);
    queue.drain(() => events.push('drained'));
    expect(events).toEqual([]);
    writeSoon();
    read();
    expect(events).toEqual(['drained']);
  });

  it('keeps a client that reads a long message slowly, as long as the client reads some of it', () => {
    const { queue, clock, events, read } = openQueue();
    queue.send(message(9000 * KiB));
    do clock.advance(9_999);
    while (read());
    expect(events).toEqual([]);
    expect(queue.waitingBytes).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('closes a client that reads nothing for the whole time, even for one queued message', () => {
    const { queue, clock, events, read } = openQueue();
    queue.send(message(9000 * KiB));
    clock.advance(9_999);
    read();
    clock.advance(10_000);
    expect(events).toEqual([]);
    clock.advance(10_000);
    expect(events).toEqual(['too slow']);
    expect(clock.pending).toBe(0);
  });

  it('keeps a client that read something while the event loop was blocked', () => {
    const clock = new StallingClock();
    const { queue, events, read } = openQueue({ clock });
    queue.send(message(9000 * KiB));
    clock.advance(9_999);
    clock.stall(60_000);
    clock.advance(1);
    expect(events).toEqual([]);
    read();
    clock.advance(10_000);
    expect(events).toEqual([]);
    clock.advance(10_000);
    expect(events).toEqual(['too slow']);
  });

  it('sets no deadline for a client with few queued bytes', () => {
    const { queue, clock, events } = openQueue();
    queue.send(message(100 * KiB));
    clock.advance(3_600_000);
    expect(events).toEqual([]);
  });

  it('starts the deadline only when too much is queued', () => {
    const { queue, clock, events } = openQueue();
    queue.send(message(50 * KiB));
    clock.advance(60_000);
    queue.send(message(60 * KiB));
    clock.advance(9_999);
    expect(events).toEqual([]);
    clock.advance(1);
    expect(events).toEqual(['too slow']);
  });

  it('closes a client with 16 times too much queued, except for one message of any length', () => {
    const { queue, events } = openQueue();
    queue.send(message(5000 * KiB));
    for (let n = 0; n < 16; n += 1) queue.send(message(100 * KiB));
    expect(events).toEqual([]);
    queue.send(message(1));
    expect(events).toEqual(['too slow']);
  });

  it('reports a client as behind from half of the limit', () => {
    const { queue, read } = openQueue();
    queue.send(message(50 * KiB));
    expect(queue.isBehind).toBe(false);
    queue.send(message(1));
    expect(queue.isBehind).toBe(true);
    read();
    expect(queue.isBehind).toBe(false);
  });

  it('resolves when all is written, and closes a client that reads nothing of the rest', () => {
    const reading = openQueue();
    let isDrained = false;
    reading.queue.send(message(70 * KiB));
    reading.queue.drain(() => {
      isDrained = true;
    });
    reading.clock.advance(9_999);
    reading.read();
    expect(isDrained).toBe(false);
    reading.read();
    expect(isDrained).toBe(true);
    expect(reading.clock.pending).toBe(0);

    const deaf = openQueue();
    deaf.queue.send(message(1));
    deaf.queue.drain(() => {
      throw new Error('not drained');
    });
    deaf.clock.advance(10_000);
    expect(deaf.events).toEqual(['too slow']);
  });
});

describe('SendBudget', () => {
  it('counts a message once, in any number of queues, until the last queue has sent it', () => {
    const budget = new SendBudget(Infinity);
    const queues = [1, 2, 3].map(() => openQueue({ budget }));
    const one = message(10 * KiB);
    for (const { queue } of queues) queue.send(one);
    expect(budget.heldBytes).toBe(one.weight);
    queues[0]?.read();
    queues[1]?.queue.close();
    expect(budget.heldBytes).toBe(one.weight);
    queues[2]?.read();
    expect(budget.heldBytes).toBe(0);
  });

  it('closes the clients with the largest and oldest queues first, and no more than necessary', () => {
    const clock = new ManualClock();
    const budget = new SendBudget(1000 * KiB);
    const open = () => openQueue({ budget, clock, maxBufferedBytes: 10_000 * KiB });
    const [stuck, phone, joiner, last] = [open(), open(), open(), open()];
    stuck.queue.send(message(200 * KiB));
    phone.queue.send(message(2 * KiB));
    clock.advance(5000);
    // A large queue, but a new one.
    joiner.queue.send(message(700 * KiB));
    clock.advance(50);
    last.queue.send(message(150 * KiB));
    expect([stuck, phone, joiner, last].map(({ events }) => events)).toEqual([['evicted'], [], [], []]);
    expect(budget.heldBytes).toBeLessThanOrEqual(1000 * KiB);
  });

  it('spares only a client whose queue holds nothing but the message sent just now', () => {
    const clock = new ManualClock();
    const budget = new SendBudget(100 * KiB);
    const [first, second] = [openQueue({ budget, clock }), openQueue({ budget, clock })];
    first.queue.send(message(200 * KiB));
    expect(first.events).toEqual([]);
    clock.advance(1);
    second.queue.send(message(200 * KiB));
    expect([first.events, second.events]).toEqual([['evicted'], []]);
  });
});
