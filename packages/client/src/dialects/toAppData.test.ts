import { describe, expect, it } from 'vitest';
import { toAppData } from './toAppData.ts';

describe('toAppData', () => {
  it('keeps a plain object', () => {
    const appData = { team: 'red' };
    expect(toAppData(appData)).toBe(appData);
  });

  it.each([[7], ['red'], [null], [['red']], [false]])('wraps %j', (value) => {
    expect(toAppData(value)).toEqual({ value });
  });

  it('leaves out undefined', () => {
    expect(toAppData(undefined)).toBeUndefined();
  });
});
