import { describe, expect, it } from 'vitest';
import { Allowance } from './Allowance.ts';

function openAllowance(max: number) {
  return new Allowance(max, () => new RangeError('too many'));
}

describe('Allowance', () => {
  it('counts an entity that is still being created', async () => {
    const allowance = openAllowance(1);
    const made = Promise.withResolvers<string>();
    const first = allowance.use(() => made.promise);
    expect(allowance.isExhausted).toBe(true);
    await expect(allowance.use(() => Promise.resolve('second'))).rejects.toThrow('too many');
    made.resolve('first');
    expect(await first).toBe('first');
    expect(allowance.isExhausted).toBe(true);
  });

  it('frees the place of an entity that could not be created', async () => {
    const allowance = openAllowance(1);
    await expect(allowance.use(() => Promise.reject(new Error('no worker')))).rejects.toThrow('no worker');
    expect(allowance.isExhausted).toBe(false);
  });

  it('frees the place of an entity that closed', async () => {
    const allowance = openAllowance(1);
    await allowance.use(() => Promise.resolve());
    allowance.release();
    expect(await allowance.use(() => Promise.resolve('next'))).toBe('next');
  });
});
