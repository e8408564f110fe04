import { describe, expect, it } from 'vitest';
import { TypedEmitter } from './TypedEmitter.ts';

interface Events {
  ping: { n: number };
  pong: { text: string };
}

describe('the emitter', () => {
  it('calls listeners in order, `once` once, and `off` takes off', () => {
    const emitter = new TypedEmitter<Events>();
    const heard: string[] = [];
    const first = ({ n }: Events['ping']) => heard.push(`first ${n}`);
    emitter.on('ping', first);
    emitter.once('ping', ({ n }) => heard.push(`once ${n}`));
    emitter.emit('ping', { n: 1 });
    emitter.emit('ping', { n: 2 });
    emitter.off('ping', first);
    emitter.emit('ping', { n: 3 });
    expect(heard).toEqual(['first 1', 'once 1', 'first 2']);
    expect(emitter.listenerCount()).toBe(0);
  });

  it('takes the same function twice, and off once at a time', () => {
    const emitter = new TypedEmitter<Events>();
    let count = 0;
    const listener = () => (count += 1);
    emitter.on('ping', listener).on('ping', listener);
    emitter.emit('ping', { n: 1 });
    emitter.off('ping', listener);
    emitter.emit('ping', { n: 2 });
    expect(count).toBe(3);
  });

  it('isolates a listener that throws, and one that rejects, and reports both', async () => {
    const reported: [unknown, string][] = [];
    const emitter = new TypedEmitter<Events>((error, event) => reported.push([error, event]));
    const heard: number[] = [];
    const thrown = new Error('thrown');
    const rejected = new Error('rejected');
    emitter.on('ping', () => {
      throw thrown;
    });
    emitter.on('ping', async () => {
      throw rejected;
    });
    emitter.on('ping', ({ n }) => heard.push(n));
    expect(() => emitter.emit('ping', { n: 7 })).not.toThrow();
    await Promise.resolve();
    expect(heard).toEqual([7]);
    expect(reported).toEqual([
      [thrown, 'ping'],
      [rejected, 'ping'],
    ]);
  });

  it('calls `once` once, also where an earlier listener emits the same, and those who were taken off meanwhile', () => {
    const emitter = new TypedEmitter<Events>();
    const heard: string[] = [];
    const last = ({ n }: Events['ping']) => heard.push(`last ${n}`);
    emitter.once('ping', () => {
      emitter.off('ping', last);
      emitter.emit('ping', { n: 2 });
    });
    emitter.once('ping', ({ n }) => heard.push(`once ${n}`));
    emitter.on('ping', last);
    expect(emitter.emit('ping', { n: 1 })).toBe(true);
    expect(heard).toEqual(['once 2', 'last 1']);
    expect(emitter.emit('ping', { n: 3 })).toBe(false);
  });

  it('gives an undo to subscribers', () => {
    const emitter = new TypedEmitter<Events>();
    const heard: string[] = [];
    const undo = emitter.subscribe('pong', ({ text }) => heard.push(text));
    emitter.emit('pong', { text: 'a' });
    undo();
    undo();
    emitter.emit('pong', { text: 'b' });
    expect(heard).toEqual(['a']);
  });

  it('refuses what is not a function, and names the event', () => {
    const emitter = new TypedEmitter<Events>();
    expect(() => emitter.on('ping', undefined as never)).toThrow(/'ping'/);
  });
});
