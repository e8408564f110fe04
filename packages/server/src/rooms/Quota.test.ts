import { describe, expect, it } from 'vitest';
import { Quota } from './Quota.ts';

function openQuota(max: number) {
  return new Quota(max, () => new RangeError('too many'));
}

describe('Quota', () => {
  it('counts an entity that is still being made', async () => {
    const quota = openQuota(1);
    const made = Promise.withResolvers<string>();
    const first = quota.use(() => made.promise);
    expect(quota.isExhausted).toBe(true);
    await expect(quota.use(() => Promise.resolve('second'))).rejects.toThrow('too many');
    made.resolve('first');
    expect(await first).toBe('first');
    expect(quota.isExhausted).toBe(true);
  });

  it('frees the place of an entity that could not be made', async () => {
    const quota = openQuota(1);
    await expect(quota.use(() => Promise.reject(new Error('no worker')))).rejects.toThrow('no worker');
    expect(quota.isExhausted).toBe(false);
  });

  it('frees the place of an entity that closed', async () => {
    const quota = openQuota(1);
    await quota.use(() => Promise.resolve());
    quota.release();
    expect(await quota.use(() => Promise.resolve('next'))).toBe('next');
  });
});
