import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { deferred } from './deferred.ts';
import { TypedEmitter, emitOn } from './TypedEmitter.ts';

interface Events {
  ping: { n: number };
  pong: { text: string };
}

describe('TypedEmitter', () => {
  it('calls listeners in order, calls a `once` listener once, and removes listeners by `off`', () => {
    const emitter = new TypedEmitter<Events>();
    const calls: string[] = [];
    const first = ({ n }: Events['ping']) => calls.push(`first ${n}`);
    emitter.on('ping', first);
    emitter.once('ping', ({ n }) => calls.push(`once ${n}`));
    emitOn(emitter, 'ping', { n: 1 });
    emitOn(emitter, 'ping', { n: 2 });
    emitter.off('ping', first);
    emitOn(emitter, 'ping', { n: 3 });
    expect(calls).toEqual(['first 1', 'once 1', 'first 2']);
    expect(emitter.listenerCount()).toBe(0);
    expect(emitter.listenerCount('ping')).toBe(0);
  });

  it('accepts the same function twice, and `off` removes one of them at a time', () => {
    const emitter = new TypedEmitter<Events>();
    let count = 0;
    const listener = () => (count += 1);
    emitter.on('ping', listener).on('ping', listener);
    emitOn(emitter, 'ping', { n: 1 });
    emitter.off('ping', listener);
    emitOn(emitter, 'ping', { n: 2 });
    expect(count).toBe(3);
  });

  it('removes a `once` listener by its own function, before it was called', () => {
    const emitter = new TypedEmitter<Events>();
    const listener = vi.fn();
    emitter.once('ping', listener).off('ping', listener);
    expect(emitOn(emitter, 'ping', { n: 1 })).toBe(false);
    expect(listener).not.toHaveBeenCalled();
  });

  it('isolates a listener that throws, and a listener that rejects, and reports both', async () => {
    const reported: [unknown, string][] = [];
    const both = deferred<void>();
    const emitter = new TypedEmitter<Events>({
      onListenerError: (error, event) => {
        if (reported.push([error, event]) === 2) both.resolve();
      },
    });
    const numbers: number[] = [];
    const thrown = new Error('thrown');
    const rejected = new Error('rejected');
    emitter.on('ping', () => {
      throw thrown;
    });
    emitter.on('ping', async () => {
      throw rejected;
    });
    emitter.on('ping', ({ n }) => numbers.push(n));
    expect(() => emitOn(emitter, 'ping', { n: 7 })).not.toThrow();
    await both.promise;
    expect(numbers).toEqual([7]);
    expect(reported).toEqual([
      [thrown, 'ping'],
      [rejected, 'ping'],
    ]);
  });

  it('drops errors of listeners without an error handler', () => {
    const emitter = new TypedEmitter<Events>();
    const second = vi.fn();
    emitter.on('ping', () => {
      throw new Error('dropped');
    });
    emitter.on('ping', second);
    expect(emitOn(emitter, 'ping', { n: 1 })).toBe(true);
    expect(second).toHaveBeenCalledWith({ n: 1 });
  });

  it('calls a `once` listener once in nested emits, and a listener that was removed during the emit', () => {
    const emitter = new TypedEmitter<Events>();
    const calls: string[] = [];
    const last = ({ n }: Events['ping']) => calls.push(`last ${n}`);
    emitter.once('ping', () => {
      emitter.off('ping', last);
      emitOn(emitter, 'ping', { n: 2 });
    });
    emitter.once('ping', ({ n }) => calls.push(`once ${n}`));
    emitter.on('ping', last);
    expect(emitOn(emitter, 'ping', { n: 1 })).toBe(true);
    expect(calls).toEqual(['once 2', 'last 1']);
    expect(emitOn(emitter, 'ping', { n: 3 })).toBe(false);
  });

  it('does not call a `once` listener that was removed during the emit', () => {
    const emitter = new TypedEmitter<Events>();
    const listener = vi.fn();
    emitter.on('ping', () => emitter.removeAllListeners());
    emitter.once('ping', listener);
    emitOn(emitter, 'ping', { n: 1 });
    expect(listener).not.toHaveBeenCalled();
  });

  it('does not call a listener that was added during the emit', () => {
    const emitter = new TypedEmitter<Events>();
    const late = vi.fn();
    emitter.on('ping', () => emitter.on('ping', late));
    emitOn(emitter, 'ping', { n: 1 });
    expect(late).not.toHaveBeenCalled();
    emitOn(emitter, 'ping', { n: 2 });
    expect(late).toHaveBeenCalledTimes(1);
  });

  it('returns a function from `subscribe` that removes only its own registration, even if called repeatedly', () => {
    const emitter = new TypedEmitter<Events>();
    const texts: string[] = [];
    const listener = ({ text }: Events['pong']) => texts.push(text);
    const unsubscribe = emitter.subscribe('pong', listener);
    emitter.on('pong', listener);
    emitOn(emitter, 'pong', { text: 'a' });
    unsubscribe();
    unsubscribe();
    emitOn(emitter, 'pong', { text: 'b' });
    expect(texts).toEqual(['a', 'a', 'b']);
  });

  it('returns the functions of the app from `listeners`, and the events with listeners from `eventNames`', () => {
    const emitter = new TypedEmitter<Events>();
    const listener = () => {};
    const once = () => {};
    emitter.on('ping', listener).once('ping', once).on('pong', listener);
    expect(emitter.listeners('ping')).toEqual([listener, once]);
    expect(emitter.eventNames()).toEqual(['ping', 'pong']);
    expect([emitter.listenerCount('ping'), emitter.listenerCount()]).toEqual([2, 3]);
  });

  it('removes all listeners, of one event or of all events', () => {
    const emitter = new TypedEmitter<Events>();
    const listener = vi.fn();
    emitter.on('ping', listener).on('ping', listener).on('pong', listener);
    emitter.removeAllListeners('ping');
    emitOn(emitter, 'ping', { n: 1 });
    expect(listener).not.toHaveBeenCalled();
    expect(emitter.eventNames()).toEqual(['pong']);
    emitter.removeAllListeners();
    emitOn(emitter, 'pong', { text: 'a' });
    expect(listener).not.toHaveBeenCalled();
  });

  it('reports each change of its listeners, and no call without a change', () => {
    const counts: number[] = [];
    const emitter: TypedEmitter<Events> = new TypedEmitter<Events>({
      onListenersChanged: () => counts.push(emitter.listenerCount()),
    });
    const listener = () => {};
    const unsubscribe = emitter.subscribe('ping', listener);
    emitter.once('pong', listener);
    emitOn(emitter, 'pong', { text: 'a' });
    emitter.off('pong', listener);
    unsubscribe();
    unsubscribe();
    emitter.on('ping', listener).on('pong', listener).removeAllListeners();
    expect(counts).toEqual([1, 2, 1, 0, 1, 2, 0]);
  });

  it('refuses a listener that is not a function, with the error of its owner or a TypeError', () => {
    expect(() => new TypedEmitter<Events>().on('ping', undefined as never)).toThrow(
      new TypeError("the listener of 'ping' is not a function"),
    );
    const emitter = new TypedEmitter<Events>({ toListenerError: (event) => new RangeError(event) });
    expect(() => emitter.once('pong', {} as never)).toThrow(new RangeError('pong'));
    expect(emitter.listenerCount()).toBe(0);
  });

  it('has no `emit`, not even from plain JavaScript', () => {
    const emitter = new TypedEmitter<Events>();
    expect('emit' in emitter).toBe(false);
    expect(Reflect.ownKeys(emitter)).toEqual([]);
  });
});

describe('emitOn()', () => {
  it('infers the events of a subclass, and their payloads', () => {
    class Pinger extends TypedEmitter<Events> {}
    const pinger = new Pinger();
    const listener = vi.fn();
    pinger.on('ping', listener);
    emitOn(pinger, 'ping', { n: 1 });
    expect(listener).toHaveBeenCalledWith({ n: 1 });
    // @ts-expect-error an unknown event
    emitOn(pinger, 'pang', { n: 1 });
    // @ts-expect-error the payload of another event
    emitOn(pinger, 'pong', { n: 1 });
    expectTypeOf(pinger.listeners('pong')).items.parameter(0).toEqualTypeOf<Events['pong']>();
    expectTypeOf(pinger.eventNames()).toEqualTypeOf<('ping' | 'pong')[]>();
  });
});
