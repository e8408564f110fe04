import { describe, expect, it } from 'vitest';

import { entityId, peerId } from './ids.ts';
import { parse } from './parse.ts';

describe('peerId', () => {
  it.each([
    ['alice', 'alice'],
    ['  alice\n', 'alice'],
    [42, '42'],
    ['x'.repeat(128), 'x'.repeat(128)],
    [` ${'x'.repeat(128)} `, 'x'.repeat(128)],
  ])('reads %j', (data, value) => {
    expect(parse(peerId, data)).toEqual({ ok: true, value });
  });

  it.each(['', '   ', 'x'.repeat(129), null, undefined, {}, ['alice'], true])('refuses %j', (data) => {
    expect(parse(peerId, data).ok).toBe(false);
  });
});

describe('entityId', () => {
  it('reads any text except the empty text', () => {
    expect(parse(entityId, 'p').ok).toBe(true);
    expect(parse(entityId, '').ok).toBe(false);
    expect(parse(entityId, 5).ok).toBe(false);
  });
});
