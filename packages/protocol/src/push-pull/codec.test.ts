import { describe, expect, it } from 'vitest';

import { formatIssue } from '../common/index.ts';
import { readClientMessage, readRefusal, readResponse, readServerMessage } from './codec.ts';
import { EXTENSIONS } from './extensions.ts';
import type { ClientMethod, ClientRequestMethod, ServerMethod } from './methods.ts';
import { canonicalMethod } from './methods.ts';
import { writeClientMessage, writeServerMessage } from './write.ts';

const rtpParam = { codec: 'opus', clock_rate: 48000, payload_type: 111 };
const readParam = {
  av_type: 'audio',
  codec: 'opus',
  clock_rate: 48000,
  fmtp_param: '',
  rtcp_features: [],
  payload_type: 111,
  rtx_payload_type: 0,
  ssrc: 0,
  rtx_ssrc: 0,
  use_nack: false,
};
const who = { roomId: 'r', userId: 'alice' };

const paramOf = (given: object): unknown => {
  const read = readServerMessage('newPusher', {
    userId: 'b',
    pushers: [{ pusherId: 'p', rtpParam: { ...rtpParam, ...given } }],
  });
  return read.ok ? read.value[0]?.pushers[0]?.rtpParam : formatIssue(read.issue);
};

describe('Reading', () => {
  it('accepts numbers as IDs, and spaces around IDs', () => {
    expect(readClientMessage('join', { roomId: 7, userId: ' 5860 ', userName: 'x' })).toMatchObject({
      value: { roomId: '7', userId: '5860' },
    });
  });

  it('uses the ID as the missing name of a user', () => {
    expect(readClientMessage('join', who)).toMatchObject({ value: { userName: 'alice' } });
    expect(readServerMessage('newUser', { userId: 5 })).toEqual({
      ok: true,
      value: [{ userId: '5', userName: '5', pushers: [] }],
    });
    expect(readServerMessage('textMessage', { userId: 'b', message: 'hi' })).toMatchObject({
      value: { userName: 'b' },
    });
  });

  it('accepts newUser and newPusher bare or in a list', () => {
    const bare = { userId: 'b', userName: 'B', pushers: [{ pusher_id: 9, rtpParam }] };
    const value = [{ userId: 'b', userName: 'B', pushers: [{ pusherId: '9', rtpParam: readParam }] }];
    for (const method of ['newUser', 'newPusher'] as const) {
      expect(readServerMessage(method, bare)).toEqual({ ok: true, value });
      expect(readServerMessage(method, [bare, bare])).toEqual({ ok: true, value: [...value, ...value] });
    }
  });

  it('accepts a user that left as an ID, number or object, alone or in a list', () => {
    for (const method of ['userLeave', 'userLeft'] as const) {
      for (const data of ['b', ['b'], { userId: 'b' }, [{ userId: 'b' }]])
        expect(readServerMessage(method, data)).toEqual({ ok: true, value: [{ userId: 'b' }] });
      expect(readServerMessage(method, [4253, { userId: 'c', roomId: 'r' }])).toEqual({
        ok: true,
        value: [{ userId: '4253' }, { userId: 'c', roomId: 'r' }],
      });
      expect(readServerMessage(method, [])).toEqual({ ok: true, value: [] });
    }
  });

  it('accepts methods in any case and by alias', () => {
    expect(canonicalMethod('userReconnect')).toBe('userReConnect');
    expect(canonicalMethod('USERRECONNECT')).toBe('userReConnect');
    expect(canonicalMethod('newPushers')).toBe('newPusher');
    expect(canonicalMethod('telepathy')).toBe('telepathy');
    expect(canonicalMethod('constructor')).toBe('constructor');
  });

  it('accepts the media kind as a name, as a number, or from the codec', () => {
    expect(paramOf({ av_type: 1, codec: 'H264', clock_rate: 90000 })).toMatchObject({ av_type: 'video' });
    expect(paramOf({ av_type: 2 })).toMatchObject({ av_type: 'audio' });
    expect(paramOf({ av_type: null })).toMatchObject({ av_type: 'audio' });
    expect(paramOf({ clock_rate: 90000, codec: 'H264' })).toMatchObject({ av_type: 'video' });
    expect(paramOf({ codec: 'VP8' })).toMatchObject({ av_type: 'video' });
    expect(paramOf({ av_type: 'data' })).toMatch(/^0\.pushers\.0\.rtpParam\.av_type: /);
    expect(paramOf({ av_type: { toString: 7 } })).toMatch(/^0\.pushers\.0\.rtpParam\.av_type: /);
    expect(paramOf({ av_type: 3 })).toMatch(/^0\.pushers\.0\.rtpParam\.av_type: /);
  });

  it('treats channels and header extensions of 0 or less as missing', () => {
    expect(paramOf({ channel: 0, mid_ext_id: -1, tcc_ext_id: 0, abs_send_time_ext_id: 3 })).toEqual({
      ...readParam,
      abs_send_time_ext_id: 3,
    });
  });

  it('accepts SDP as text or as a description, in offers and answers', () => {
    for (const sdp of ['v=0', { type: 'offer', sdp: 'v=0' }, { sdp: 'v=0' }]) {
      expect(readClientMessage('push', { ...who, sdp })).toMatchObject({ value: { sdp: 'v=0' } });
      expect(readResponse('push', { code: 0, message: 'x', sdp })).toEqual({ ok: true, value: { sdp: 'v=0' } });
    }
  });

  it('accepts both names of a pusher in a pull, and writes both', () => {
    const pull = { ...who, targetUserId: 'bob', sdp: 'v=0' };
    for (const spec of [
      { type: 'audio', pusher_id: 'p' },
      { type: 'audio', pusherId: 'p' },
    ])
      expect(readClientMessage('pull', { ...pull, specs: [spec] })).toMatchObject({
        value: { specs: [{ type: 'audio', pusherId: 'p' }] },
      });
    expect(writeClientMessage('pull', { ...pull, specs: [{ type: 'audio', pusherId: 'p' }] }).data).toMatchObject({
      sdp: { type: 'offer', sdp: 'v=0' },
      specs: [{ type: 'audio', pusher_id: 'p', pusherId: 'p' }],
    });
  });

  it('accepts a single pusher instead of a list', () => {
    expect(readClientMessage('unpush', { ...who, pusherId: 'p' })).toEqual({
      ok: true,
      value: { ...who, pusherIds: ['p'] },
    });
    expect(readServerMessage('pusherClosed', { userId: 'b', pusherId: 1, by: 'fate' })).toEqual({
      ok: true,
      value: { userId: 'b', pusherIds: ['1'], by: 'unknown' },
    });
  });

  it('accepts a join response without fields, and ignores unknown extensions', () => {
    expect(readResponse('join', {})).toEqual({ ok: true, value: { users: [] } });
    expect(readResponse('join', { users: null, extensions: ['telepathy', 'leave', 7] })).toEqual({
      ok: true,
      value: { users: [], extensions: ['leave'] },
    });
    expect(readResponse('join', { extensions: EXTENSIONS })).toMatchObject({ value: { extensions: EXTENSIONS } });
    expect(readResponse('heartbeat', { anything: 'at all' })).toMatchObject({ ok: true });
  });

  it('finds a refusal in a successful response', () => {
    expect(readRefusal({ code: 3, message: 'full' })).toEqual({ errorCode: 3, errorReason: 'full' });
    expect(readRefusal({ code: 'E_FULL' })).toEqual({ errorCode: -1, errorReason: '' });
    for (const data of [{ code: 0 }, { code: '0' }, { code: null }, {}, null, undefined, 7, 'text'])
      expect(readRefusal(data)).toBeNull();
  });
});

describe('Writing', () => {
  it('sends newUser as a list, newPusher and userLeave bare, userLeft as IDs', () => {
    const bob = { userId: 'b', userName: 'B', pushers: [] };
    expect(writeServerMessage('newUser', [bob]).data).toEqual([bob]);
    expect(writeServerMessage('newPusher', [bob]).data).toEqual(bob);
    expect(writeServerMessage('userLeave', [{ roomId: 'r', userId: 'b' }]).data).toEqual({ roomId: 'r', userId: 'b' });
    expect(writeServerMessage('userLeft', [{ userId: 'b' }]).data).toEqual(['b']);
  });
});

describe('Invalid client message', () => {
  const sdp = 'v=0';
  const pull = { ...who, targetUserId: 'b', sdp, specs: [] };
  it.each<[ClientMethod, unknown, string]>([
    ['join', undefined, 'Required'],
    ['join', 'alice', 'Expected Object'],
    ['join', [], 'roomId: Required'],
    ['join', { userId: 'a' }, 'roomId: Required'],
    ['join', { roomId: 'r' }, 'userId: Required'],
    ['join', { roomId: 'r', userId: '  ' }, 'userId: Expected at least 1 character'],
    ['join', { roomId: 'r', userId: 'x'.repeat(129) }, 'userId: Expected at most 128 characters'],
    ['join', { roomId: 'r', userId: { toString: 7 } }, 'userId: Expected string'],
    ['join', { ...who, userName: 7 }, 'userName: Expected string'],
    ['join', { ...who, audience: 'yes' }, 'audience: Expected boolean'],
    ['join', { ...who, roomToken: 7 }, 'roomToken: Expected string'],
    ['join', { ...who, resumeToken: {} }, 'resumeToken: Expected string'],
    ['join', { ...who, appData: [] }, 'appData: Expected object'],
    ['join', { ...who, appData: JSON.parse('{"__proto__":1}') }, 'appData: Forbidden key'],
    ['join', { ...who, extensions: 'all' }, 'extensions: Expected Array'],
    ['push', who, 'sdp: Required'],
    ['push', { ...who, sdp: '' }, 'sdp: Expected at least 1 character'],
    ['push', { ...who, sdp: { type: 'offer' } }, 'sdp: Required'],
    ['push', { ...who, sdp: 7 }, 'sdp: Expected string'],
    ['push', { ...who, sdp, source: 1 }, 'source: Expected string'],
    ['push', { ...who, sdp, paused: 1 }, 'paused: Expected boolean'],
    ['push', { sdp }, 'roomId: Required'],
    ['pull', { ...pull, targetUserId: null }, 'targetUserId: Expected string'],
    ['pull', { ...pull, sdp: null }, 'sdp: Expected string'],
    ['pull', { ...who, targetUserId: 'b', sdp }, 'specs: Required'],
    ['pull', { ...pull, specs: {} }, 'specs: Expected Array'],
    ['pull', { ...pull, specs: [7] }, 'specs.0: Expected Object'],
    ['pull', { ...pull, specs: [{ type: 'audio' }] }, 'specs.0.pusherId: Required'],
    ['pull', { ...pull, specs: [{ type: 'data', pusherId: 'p' }] }, 'specs.0.type: Expected ("audio" | "video")'],
    ['heartbeat', { roomId: 'r' }, 'userId: Required'],
    ['heartbeat', { ...who, time: 'now' }, 'time: Expected number'],
    ['textMessage', { userId: 'a' }, 'message: Required'],
    ['textMessage', { userId: 'a', message: 7 }, 'message: Expected string'],
    ['leave', { roomId: 'r' }, 'userId: Required'],
    ['unpush', who, 'pusherIds: Required'],
    ['unpush', { ...who, pusherIds: 'p' }, 'pusherIds: Expected Array'],
    ['pausePush', { ...who, pusherIds: [{}] }, 'pusherIds.0: Expected string'],
    ['resumePush', { pusherIds: [] }, 'roomId: Required'],
    ['pausePull', { ...who, pusherIds: [''] }, 'pusherIds.0: Expected at least 1 character'],
    ['resumePull', null, 'Expected Object'],
    ['closeConsumer', who, 'pusherIds: Required'],
  ])('is refused with the name of the field: %s %j: %s', (method, data, fault) => {
    const read = readClientMessage(method, data);
    expect(read.ok ? 'no fault' : formatIssue(read.issue)).toBe(fault);
  });
});

describe('Invalid server message', () => {
  it.each<[ClientRequestMethod, unknown, string]>([
    ['join', 7, 'Expected Object'],
    ['join', { users: {} }, 'users: Expected Array'],
    ['join', { users: [{}] }, 'users.0.userId: Required'],
    ['join', { users: [{ userId: 'b', pushers: [{ pusherId: 'p' }] }] }, 'users.0.pushers.0.rtpParam: Required'],
    ['push', {}, 'sdp: Required'],
    ['push', { sdp: 'v=0', pushers: [{ pusherId: 'p', rtpParam }] }, 'pushers.0.mid: Required'],
    ['pull', { sdp: [] }, 'sdp: Required'],
    ['pull', { sdp: 'v=0', pulled: [{ mid: 0 }] }, 'pulled.0.pusherId: Required'],
    ['heartbeat', 'ok', 'Expected Object'],
  ])('is refused with the name of the field: response to %s %j: %s', (method, data, fault) => {
    const read = readResponse(method, data);
    expect(read.ok ? 'no fault' : formatIssue(read.issue)).toBe(fault);
  });

  it.each<[ServerMethod, unknown, string]>([
    ['newUser', undefined, '0: Required'],
    ['newUser', [null], '0: Expected Object'],
    ['newUser', [{ userName: 'B' }], '0.userId: Required'],
    ['newUser', [{ userId: [{ toString: 7 }] }], '0.userId: Expected string'],
    ['newUser', [{ userId: 'b', pushers: 'none' }], '0.pushers: Expected Array'],
    ['newPusher', { pushers: [] }, '0.userId: Required'],
    ['newPusher', { userId: 'b', pushers: [{ rtpParam }] }, '0.pushers.0.pusherId: Required'],
    ['newPusher', { userId: 'b', pushers: [{ pusherId: 'p', rtpParam: 7 }] }, '0.pushers.0.rtpParam: Expected Object'],
    ['userDisconnect', { roomId: 'r' }, 'userId: Required'],
    ['userReConnect', ['b'], 'userId: Required'],
    ['userLeave', {}, '0.userId: Required'],
    ['userLeave', null, '0: Expected Object'],
    ['userLeft', [true], '0.userId: Expected string'],
    ['textMessage', { message: 'hi' }, 'userId: Required'],
    ['pusherClosed', { userId: 'b' }, 'pusherIds: Required'],
    ['pusherPaused', { pusherIds: [] }, 'userId: Required'],
    ['pusherResumed', 'p', 'Expected Object'],
  ])('is refused with the name of the field: %s %j: %s', (method, data, fault) => {
    const read = readServerMessage(method, data);
    expect(read.ok ? 'no fault' : formatIssue(read.issue)).toBe(fault);
  });

  it.each([
    [{ codec: '' }, 'codec: Expected at least 1 character'],
    [{ codec: 7 }, 'codec: Expected string'],
    [{ clock_rate: '48000' }, 'clock_rate: Expected number'],
    [{ payload_type: 128 }, 'payload_type'],
    [{ payload_type: 1.5 }, 'payload_type: Expected integer'],
    [{ payload_type: undefined }, 'payload_type: Required'],
    [{ ssrc: -1 }, 'ssrc'],
    [{ rtcp_features: 'nack' }, 'rtcp_features: Expected Array'],
    [{ mid_ext_id: 256 }, 'mid_ext_id'],
    [{ use_nack: 1 }, 'use_nack: Expected boolean'],
  ])('is refused with the name of the field: rtpParam %j: %s', (given, fault) => {
    expect(paramOf(given)).toContain(`0.pushers.0.rtpParam.${fault}`);
  });
});
