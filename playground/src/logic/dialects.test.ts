import { describe, expect, it } from 'vitest';
import { defaultServerPath, dialectChoices, isDialectName, makeDialect, shortDialect } from './dialects.ts';

describe('dialects', () => {
  it.each(dialectChoices)('creates %s under its name, with a path', (name) => {
    expect(makeDialect(name).name).toBe(name);
    expect(defaultServerPath(name)).toBe(`/${name}`);
  });

  it('rejects other names', () => {
    for (const name of ['', 'mediasoup', 'constructor', null, 5]) expect(isDialectName(name)).toBe(false);
    expect(shortDialect('constructor')).toBe('constructor');
    expect(shortDialect('mediasoup-v2-beta')).toBe('v2 beta');
  });
});
