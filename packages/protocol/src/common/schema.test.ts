import * as v from 'valibot';
import { describe, expect, it } from 'vitest';

import { parse } from './parse.ts';
import { rtpCapabilities } from './rtp.ts';
import { maybe, nothing, renamed, shape } from './schema.ts';

function read(schema: v.GenericSchema, data: unknown): unknown {
  const result = parse(schema, data);
  if (!result.ok) throw new Error(result.issue.message);
  return result.value;
}

describe('shape', () => {
  it('keeps fields that it does not know, at every depth', () => {
    const capabilities = {
      codecs: [{ kind: 'audio', mimeType: 'audio/opus', preferredPayloadType: 100, clockRate: 48000, name: 'opus' }],
      fecMechanisms: [],
    };
    expect(read(rtpCapabilities, capabilities)).toEqual(capabilities);
  });

  it('leaves keys behind that would reach a prototype', () => {
    const hostile: unknown = JSON.parse(
      '{ "a": 1, "__proto__": { "polluted": true }, "constructor": 2, "prototype": 3 }',
    );
    const value = read(shape({ a: v.number() }), hostile) as object;
    expect(Object.keys(value)).toEqual(['a']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect('polluted' in value).toBe(false);
  });
});

describe('maybe', () => {
  const schema = shape({ a: maybe(v.string()) });

  it.each([{}, { a: undefined }, { a: null }])('reads as missing: %j', (data) => {
    expect(read(schema, data)).toEqual({});
  });

  it('reads what is there, and refuses what is of the wrong type', () => {
    expect(read(schema, { a: 'x' })).toEqual({ a: 'x' });
    expect(parse(schema, { a: 5 })).toEqual({ ok: false, issue: { path: 'a', message: 'Expected string' } });
  });
});

describe('renamed', () => {
  const schema = renamed(shape({ id: v.string() }), 'consumerId', 'id');

  it('reads either name, and ours where both are there', () => {
    expect(read(schema, { consumerId: 'c' })).toEqual({ id: 'c' });
    expect(read(schema, { id: 'c' })).toEqual({ id: 'c' });
    expect(read(schema, { id: 'ours', consumerId: 'theirs' })).toEqual({ id: 'ours' });
  });

  it('reports faults under our name, and leaves its input alone', () => {
    const data = { consumerId: 5 };
    expect(parse(schema, data)).toEqual({ ok: false, issue: { path: 'id', message: 'Expected string' } });
    expect(data).toEqual({ consumerId: 5 });
  });
});

describe('nothing', () => {
  it.each([undefined, null, {}, { a: 1 }, 'text'])('reads as undefined: %j', (data) => {
    expect(parse(nothing, data)).toEqual({ ok: true, value: undefined });
  });
});
