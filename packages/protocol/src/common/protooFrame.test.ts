import { describe, expect, it } from 'vitest';

import { readProtooFrame } from './protooFrame.ts';

describe('readProtooFrame', () => {
  it.each([
    [
      { request: true, id: 1, method: 'join', data: { a: 1 } },
      { kind: 'request', id: 1, method: 'join', data: { a: 1 } },
    ],
    [
      { request: true, id: 1, method: 'leaveRoom' },
      { kind: 'request', id: 1, method: 'leaveRoom', data: {} },
    ],
    [
      { notification: true, method: 'peerClosed', data: { peerId: 'a' } },
      { kind: 'notification', method: 'peerClosed', data: { peerId: 'a' } },
    ],
    [
      { response: true, id: 1, ok: true, data: [1] },
      { kind: 'response', id: 1, ok: true, data: [1] },
    ],
    [
      { response: true, id: 1, ok: true },
      { kind: 'response', id: 1, ok: true, data: {} },
    ],
  ])('reads %j', (frame, value) => {
    expect(readProtooFrame(frame)).toEqual({ ok: true, value });
  });

  it.each([
    ['as documented', { ok: false, errorCode: 403, errorReason: 'no' }, 403, 'no'],
    ['as protoo-server writes it, without ok', { errorCode: 403, errorReason: 'no' }, 403, 'no'],
    ['as protoo 1 wrote it', { ok: false, code: 403, reason: 'no' }, 403, 'no'],
    ['with a text as the code', { errorCode: 'no' }, 500, 'no'],
    ['with an object as the code', { errorCode: { status: 404, error: 'no' } }, 404, 'no'],
    ['with an empty object as the code', { errorCode: {} }, 500, ''],
    ['without fields', {}, 500, ''],
  ])('reads a refusal %s', (_, fields, errorCode, errorReason) => {
    expect(readProtooFrame({ response: true, id: 1, ...fields })).toEqual({
      ok: true,
      value: { kind: 'response', id: 1, ok: false, errorCode, errorReason },
    });
  });

  it('reads the end reason of a server that does not admit the client', () => {
    const refusal = { errorCode: 403, errorReason: 'the room is full', endReason: 'roomFull' };
    const read = readProtooFrame({ response: true, id: 1, ok: false, ...refusal });
    expect(read).toEqual({ ok: true, value: { kind: 'response', id: 1, ok: false, ...refusal } });
    const odd = readProtooFrame({ response: true, id: 1, ok: false, ...refusal, endReason: 5 });
    expect(odd).toMatchObject({ ok: true });
    expect(odd.ok && odd.value).toHaveProperty('endReason', undefined);
  });

  it.each([
    [{ request: true, id: '1', method: 'join' }, 'id'],
    [{ request: true, id: 1 }, 'method'],
    [{ notification: true, method: 5 }, 'method'],
    [{ response: true, ok: true }, 'id'],
    [{ response: true, errorCode: 500 }, 'id'],
    [{}, ''],
    [null, ''],
    ['text', ''],
    [[], ''],
  ])('refuses %j', (frame, path) => {
    expect(readProtooFrame(frame)).toMatchObject({ ok: false, issue: { path } });
  });
});
