import { describe, expect, it, vi } from 'vitest';
import { TypedEmitter } from './TypedEmitter.ts';

interface Events {
  news: { n: number };
  other: object;
}

function create() {
  const onListenerError = vi.fn();
  return { emitter: new TypedEmitter<Events>(onListenerError), onListenerError };
}

describe('TypedEmitter', () => {
  it('calls each listener, until it is taken off', () => {
    const { emitter } = create();
    const heard: string[] = [];
    const off = emitter.on('news', ({ n }) => heard.push(`a${String(n)}`));
    emitter.once('news', ({ n }) => heard.push(`b${String(n)}`));
    const offUnheard = emitter.once('news', () => heard.push('never'));
    offUnheard();
    emitter.emit('news', { n: 1 });
    emitter.emit('news', { n: 2 });
    off();
    emitter.emit('news', { n: 3 });
    expect(heard).toEqual(['a1', 'b1', 'a2']);
    expect(emitter.listenerCount('news')).toBe(0);
  });

  it('lets one that throws stop nobody', () => {
    const { emitter, onListenerError } = create();
    const error = new Error('no');
    emitter.on('news', () => {
      throw error;
    });
    const second = vi.fn();
    emitter.on('news', second);
    emitter.emit('news', { n: 1 });
    expect(second).toHaveBeenCalledWith({ n: 1 });
    expect(onListenerError).toHaveBeenCalledWith(error, 'news');
  });

  it('forgets them all when told to', () => {
    const { emitter } = create();
    const listener = vi.fn();
    emitter.on('news', listener);
    emitter.on('other', listener);
    emitter.clear();
    emitter.emit('news', { n: 1 });
    emitter.emit('other', {});
    expect(listener).not.toHaveBeenCalled();
  });
});
