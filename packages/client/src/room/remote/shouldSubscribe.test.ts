import { describe, expect, it, vi } from 'vitest';
import { consumerOffer } from '../../test-support/entityContext.ts';
import type { ConsumePolicy } from '../options.ts';
import { shouldSubscribe } from './shouldSubscribe.ts';

const offer = consumerOffer({ source: 'camera' });

describe('shouldSubscribe()', () => {
  it.each<[string, ConsumePolicy, boolean]>([
    ["'auto'", 'auto', true],
    ["'manual'", 'manual', false],
    ['a function that returns true', ({ source }) => source === 'camera', true],
    ['a function that returns false', ({ source }) => source === 'screen', false],
    ['a function that returns undefined', (() => undefined) as unknown as ConsumePolicy, false],
  ])('applies %s', (_, policy, isSubscribed) => {
    const onError = vi.fn();
    expect(shouldSubscribe(policy, offer, onError)).toBe(isSubscribed);
    expect(onError).not.toHaveBeenCalled();
  });

  it('subscribes and reports the error of a function that throws', () => {
    const onError = vi.fn();
    const error = new Error('mine');
    const policy = () => {
      throw error;
    };
    expect(shouldSubscribe(policy, offer, onError)).toBe(true);
    expect(onError).toHaveBeenCalledExactlyOnceWith(error, 'consume');
  });

  it('subscribes and reports invalidArgument for a promise, whose rejection it handles', () => {
    const onError = vi.fn();
    const policy = (() => Promise.reject(new Error('late'))) as unknown as ConsumePolicy;
    expect(shouldSubscribe(policy, offer, onError)).toBe(true);
    expect(onError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'invalidArgument' }), 'consume');
  });
});
