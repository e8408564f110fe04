import { describe, expect, it } from 'vitest';
import { ignoredVariables } from './ignoredVariables.ts';

describe('ignoredVariables', () => {
  it.each([
    ['TUREEN_PROT', 'TUREEN_PORT'],
    ['TUREEN_MAX_ROOM', 'TUREEN_MAX_ROOMS'],
    ['TUREEN_ANNOUNCED_IP', undefined],
    ['TUREEN_ANOUNCED_ADRESS', 'TUREEN_ANNOUNCED_ADDRESS'],
    ['tureen_port', 'TUREEN_PORT'],
    ['TUREEN_RTC_MINPORT', 'TUREEN_RTC_MIN_PORT'],
    ['TUREEN_COLOR_OF_THE_BIKE_SHED', undefined],
    ['TUREEN_', undefined],
  ])('reports the unknown variable %s, and the nearest %s', (variable, didYouMean) => {
    const expected = { variable, reason: 'unknown', ...(didYouMean === undefined ? {} : { didYouMean }) };
    expect(ignoredVariables({ [variable]: 'hunter2' })).toEqual([expected]);
  });

  it('reports a known variable that is empty', () => {
    expect(ignoredVariables({ TUREEN_PORT: ' ' })).toEqual([{ variable: 'TUREEN_PORT', reason: 'empty' }]);
  });

  it('reports no known variable with a value, and none of other programs', () => {
    expect(ignoredVariables({ TUREEN_PORT: '1', TUREEN_HOST: undefined, PATH: '/bin', MY_TUREEN_PORT: '' })).toEqual(
      [],
    );
  });

  it('limits what it reports', () => {
    const env = Object.fromEntries(
      Array.from({ length: 50 }, (_, n) => [`TUREEN_X${'y'.repeat(5000)}${String(n)}`, '']),
    );
    const ignored = ignoredVariables(env);
    expect(ignored).toHaveLength(20);
    expect(ignored[0]?.variable).toHaveLength(100);
  });
});
