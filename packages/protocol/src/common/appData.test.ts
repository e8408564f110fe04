import { describe, expect, it } from 'vitest';

import { appData, MAX_APP_DATA_BYTES } from './appData.ts';
import { isAppDataWithinLimit } from './clientAppData.ts';
import { parse } from './parse.ts';

describe('appData', () => {
  it('reads data unchanged', () => {
    const data = { source: 'camera', nested: { list: [1, null, { a: 'b' }] } };
    expect(parse(appData, data)).toEqual({ ok: true, value: data });
  });

  it.each([null, undefined, 'text', 5, true, []])('refuses %j, which is not a plain object', (data) => {
    expect(parse(appData, data).ok).toBe(false);
  });

  it.each([
    '{ "__proto__": { "isAdmin": true } }',
    '{ "constructor": {} }',
    '{ "a": { "prototype": 1 } }',
    '{ "a": [{ "b": { "__proto__": null } }] }',
  ])('refuses keys that reach a prototype: %s', (json) => {
    expect(parse(appData, JSON.parse(json))).toEqual({ ok: false, issue: { path: '', message: 'Forbidden key' } });
    expect({}).not.toHaveProperty('isAdmin');
  });

  it('reads deep and cyclic data completely', () => {
    const deep: unknown = JSON.parse('{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000));
    expect(parse(appData, deep).ok).toBe(true);
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    expect(parse(appData, loop).ok).toBe(true);
  });
});

describe('isAppDataWithinLimit', () => {
  const ofSize = (bytes: number) => ({ a: 'x'.repeat(bytes - '{"a":""}'.length) });

  it('counts the bytes of the JSON', () => {
    expect(isAppDataWithinLimit(ofSize(MAX_APP_DATA_BYTES))).toBe(true);
    expect(isAppDataWithinLimit(ofSize(MAX_APP_DATA_BYTES + 1))).toBe(false);
    expect(isAppDataWithinLimit({ a: '€'.repeat(MAX_APP_DATA_BYTES / 3) })).toBe(false);
  });

  it('returns false for values that are not JSON, and never throws', () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    expect(isAppDataWithinLimit(loop)).toBe(false);
    expect(isAppDataWithinLimit({ a: 1n })).toBe(false);
  });
});
