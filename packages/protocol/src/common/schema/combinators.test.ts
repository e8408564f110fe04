import { describe, expect, it } from 'vitest';

import { byte } from '../integers.ts';
import { parse } from '../parse.ts';
import { rtpCapabilities } from '../rtp.ts';
import * as s from './index.ts';

function read(schema: s.AnySchema, data: unknown): unknown {
  const result = parse(schema, data);
  if (!result.ok) throw new Error(result.issue.message);
  return result.value;
}

describe('object', () => {
  it('keeps unknown fields at every depth', () => {
    const capabilities = {
      codecs: [{ kind: 'audio', mimeType: 'audio/opus', preferredPayloadType: 100, clockRate: 48000, name: 'opus' }],
      fecMechanisms: [],
    };
    expect(read(rtpCapabilities, capabilities)).toEqual(capabilities);
  });

  it('returns the same object if no field changes', () => {
    const data = { a: 1, more: 'x' };
    expect(read(s.object({ a: s.number() }), data)).toBe(data);
  });

  it('removes keys that reach a prototype', () => {
    const hostile: unknown = JSON.parse(
      '{ "a": 1, "__proto__": { "polluted": true }, "constructor": 2, "prototype": 3 }',
    );
    const value = read(s.object({ a: s.number() }), hostile) as object;
    expect(Object.keys(value)).toEqual(['a']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect('polluted' in value).toBe(false);
  });
});

describe('optional', () => {
  const schema = s.object({ a: s.optional(s.string()) });

  it.each([{}, { a: undefined }, { a: null }])('reads the field of %j as missing', (data) => {
    expect(read(schema, data)).toEqual({});
  });

  it('reads a value, and refuses a value of the wrong type', () => {
    expect(read(schema, { a: 'x' })).toEqual({ a: 'x' });
    expect(parse(schema, { a: 5 })).toEqual({ ok: false, issue: { path: 'a', message: 'Expected string' } });
  });
});

describe('undefinedOr', () => {
  it('passes null to its schema, and keeps a missing field missing', () => {
    const schema = s.object({ a: s.undefinedOr(s.unknown()) });
    expect(read(schema, { a: null })).toEqual({ a: null });
    expect(read(schema, {})).toEqual({});
    expect(parse(s.object({ a: s.undefinedOr(s.string()) }), { a: null })).toMatchObject({ ok: false });
  });
});

describe('withDefault', () => {
  it.each([{}, { a: undefined }, { a: null }])('reads the field of %j as its default', (data) => {
    expect(read(s.object({ a: s.withDefault(s.number(), 7) }), data)).toEqual({ a: 7 });
    expect(read(s.object({ a: s.withDefault(s.number(), null) }), data)).toEqual({ a: null });
    expect(read(s.object({ a: s.withDefault(s.array(s.string()), () => []) }), data)).toEqual({ a: [] });
  });

  it('reads its default with its schema', () => {
    const schema = s.withDefault(
      s.pipe(
        s.string(),
        s.transform((text) => text.length),
      ),
      'abc',
    );
    expect(read(schema, null)).toBe(3);
  });

  it('creates a new default for each reading', () => {
    const schema = s.withDefault(s.anyObject, () => ({}));
    expect(read(schema, null)).not.toBe(read(schema, null));
  });
});

describe('fallback', () => {
  const schema = s.object({ type: s.fallback(s.picklist(['simple', 'svc']), 'simple') });

  it.each([{}, { type: null }, { type: 'unheard of' }, { type: 5 }])(
    'replaces the missing or invalid field of %j',
    (data) => {
      expect(read(schema, data)).toEqual({ type: 'simple' });
    },
  );

  it('keeps a valid value', () => {
    expect(read(schema, { type: 'svc' })).toEqual({ type: 'svc' });
  });
});

describe('withAlias', () => {
  const schema = s.withAlias(s.object({ id: s.string() }), 'consumerId', 'id');

  it('reads both names and prefers the canonical one', () => {
    expect(read(schema, { consumerId: 'c' })).toEqual({ id: 'c' });
    expect(read(schema, { id: 'c' })).toEqual({ id: 'c' });
    expect(read(schema, { id: 'ours', consumerId: 'theirs' })).toEqual({ id: 'ours' });
  });

  it('reports faults under the canonical name, and does not change its input', () => {
    const data = { consumerId: 5 };
    expect(parse(schema, data)).toEqual({ ok: false, issue: { path: 'id', message: 'Expected string' } });
    expect(data).toEqual({ consumerId: 5 });
  });
});

describe('empty', () => {
  it.each([undefined, null, {}, { a: 1 }, 'text'])('reads %j as undefined', (data) => {
    expect(parse(s.empty, data)).toEqual({ ok: true, value: undefined });
  });
});

describe('Schema within an object', () => {
  const wider = s.object({
    url: s.string(99, { test: (text) => URL.canParse(text) }, 'URL'),
    size: s.withDefault(byte, 1),
  });

  it('reads its field', () => {
    expect(parse(wider, { url: 'https://a.example' })).toEqual({
      ok: true,
      value: { url: 'https://a.example', size: 1 },
    });
  });

  it.each([
    [{ url: 'a' }, 'url', 'Expected URL'],
    [{ url: 1 }, 'url', 'Expected string'],
    [{}, 'url', 'Required'],
    [{ url: 'https://a.example', size: 'much' }, 'size', 'Expected number'],
    [{ url: 'https://a.example', size: 1.5 }, 'size', 'Expected integer'],
    [{ url: 'https://a.example', size: -1 }, 'size', 'Expected >=0'],
    [{ url: 'https://a.example', size: 256 }, 'size', 'Expected <=255'],
    [{ url: 'https://a.example', size: Infinity }, 'size', 'Expected number'],
  ])('reports the fault of %j under its field', (data, path, text) => {
    expect(parse(wider, data)).toEqual({ ok: false, issue: { path, message: text } });
  });
});

describe('withoutGrammar', () => {
  const strict = s.object({ mid: s.string(3, /^[a-z]+$/, 'letters') });

  it('reads texts of any grammar, within their bounds', () => {
    const schema = s.object({ items: s.array(s.withoutGrammar(strict)) });
    expect(read(schema, { items: [{ mid: '1 2' }] })).toEqual({ items: [{ mid: '1 2' }] });
    expect(parse(schema, { items: [{ mid: '1234' }] })).toMatchObject({ issue: { path: 'items.0.mid' } });
  });

  it('applies only during the reading, even if the reading fails', () => {
    expect(parse(s.withoutGrammar(strict), {}).ok).toBe(false);
    expect(parse(strict, { mid: '1' })).toMatchObject({ issue: { message: 'Expected letters' } });
  });
});
