import * as valibot from 'valibot';
import { describe, expect, it } from 'vitest';

import { entityId, maybe, parse, peerId, shape } from './index.ts';
import * as kinds from './kinds.ts';

const message = shape({ id: entityId, peers: kinds.array(shape({ peerId })), note: maybe(kinds.string()) });

describe('what valibot does with a schema of ours', () => {
  it('reads by it', () => {
    const data = { id: 'a', peers: [{ peerId: ' b ' }], note: null, more: 1 };

    expect(valibot.parse(message, data)).toEqual({ id: 'a', peers: [{ peerId: 'b' }], more: 1 });
    expect(valibot.is(message, {})).toBe(false);
  });

  it('finds the fault and where it is, also within a schema of its own', () => {
    const wider = valibot.object({ message: valibot.pipe(message, valibot.readonly()) });
    const result = valibot.safeParse(wider, { message: { id: 'a', peers: [{ peerId: 'b' }, { peerId: '' }] } });

    expect(result.success).toBe(false);
    expect(result.issues?.map((issue) => [valibot.getDotPath(issue), issue.message])).toEqual([
      ['message.peers.1.peerId', 'Expected at least 1 character'],
    ]);
  });

  it('is told by the schema what it is made of', () => {
    expect(Object.keys(message.entries)).toEqual(['id', 'peers', 'note']);
    expect(message.entries.peers).toMatchObject({ type: 'array', kind: 'schema', item: { type: 'loose_object' } });
  });

  it('takes it where any standard schema will do', async () => {
    const { validate } = message['~standard'];

    expect(await validate({ id: 'a', peers: [] })).toMatchObject({ value: { id: 'a', peers: [] } });
    expect(await validate({ id: 'a' })).toMatchObject({ issues: [{ message: 'Required' }] });
  });
});

describe('a schema of valibot within one of ours', () => {
  const wider = shape({
    url: valibot.pipe(valibot.string(), valibot.url('Expected URL')),
    size: valibot.optional(valibot.number(), 1),
  });

  it('reads', () => {
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
  ])('%j is a fault of ours', (data, path, text) => {
    expect(parse(wider, data)).toEqual({ ok: false, issue: { path, message: text } });
  });
});

it('no key that reaches a prototype is kept', () => {
  const data: unknown = JSON.parse('{"id":"a","peers":[],"__proto__":{"x":1},"constructor":2,"prototype":3,"kept":4}');
  const read = parse(message, data);

  expect(read.ok && Object.keys(read.value)).toEqual(['id', 'peers', 'kept']);
  expect(read.ok && Object.getPrototypeOf(read.value)).toBe(Object.prototype);
});
