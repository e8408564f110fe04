import { describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../shared/logger.ts';
import { canReceive } from './canReceive.ts';

describe('canReceive()', () => {
  it.each([true, false])('returns the result of the engine: %s', (answer) => {
    expect(canReceive(() => answer, silentLogger)).toBe(answer);
  });

  it('returns true where the engine fails to check, and logs the failure', () => {
    const debug = vi.fn();
    const failure = new Error('no parser');
    const check = () => {
      throw failure;
    };
    expect(canReceive(check, { ...silentLogger, debug })).toBe(true);
    expect(debug).toHaveBeenCalledWith(expect.any(String), failure);
  });
});
