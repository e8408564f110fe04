import { once } from 'node:events';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { TurnWrites } from './TurnWrites.ts';

/** Opens a stream that records the chunks of each write. */
function openStream() {
  const writes: string[][] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      writes.push([chunk.toString()]);
      done();
    },
    writev(chunks, done) {
      writes.push(chunks.map(({ chunk }: { chunk: Buffer }) => chunk.toString()));
      done();
    },
  });
  return { stream, writes };
}

/** Resolves when the stream wrote all that it has. */
const drained = (stream: Writable) => new Promise<void>((resolve) => stream.write('last', () => resolve()));

describe('TurnWrites', () => {
  it('passes what several callers write to a stream in one turn on at once', async () => {
    const [one, other] = [openStream(), openStream()];
    const turn = new TurnWrites();
    for (const { stream } of [one, other, one]) {
      turn.gather(stream);
      stream.write('a');
    }
    expect([one.writes, other.writes]).toEqual([[], []]);
    await Promise.all([drained(one.stream), drained(other.stream)]);
    expect(one.writes).toEqual([['a', 'a', 'last']]);
    expect(other.writes).toEqual([['a', 'last']]);
  });

  it('passes on early when asked', () => {
    const { stream, writes } = openStream();
    const turn = new TurnWrites();
    turn.gather(stream);
    stream.write('a');
    turn.pass(stream);
    expect(writes).toEqual([['a']]);
    turn.pass(stream);
    stream.write('b');
    expect(writes).toEqual([['a'], ['b']]);
  });

  it('gathers what code writes that does not know of it, until this ends', async () => {
    const { stream, writes } = openStream();
    const stop = new TurnWrites().gatherAll(stream);
    stream.write('a');
    stream.write('b');
    expect(writes).toEqual([]);
    await drained(stream);
    expect(writes).toEqual([['a', 'b', 'last']]);
    stream.write('c');
    stop();
    stream.write('d');
    expect(writes.slice(1)).toEqual([['c'], ['d']]);
  });

  it('gathers again in later turns, and ignores a stream that closed meanwhile', async () => {
    const { stream, writes } = openStream();
    const closed = openStream().stream;
    const turn = new TurnWrites();
    turn.gather(closed);
    closed.destroy();
    await once(closed, 'close');
    turn.gather(stream);
    stream.write('a');
    await drained(stream);
    turn.gather(stream);
    stream.write('b');
    await drained(stream);
    expect(writes).toEqual([
      ['a', 'last'],
      ['b', 'last'],
    ]);
  });
});
