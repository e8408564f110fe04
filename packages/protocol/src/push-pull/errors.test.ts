import { describe, expect, it } from 'vitest';

import { isDuplicatedPeerError, isPusherNotFoundError, refusals } from './errors.ts';

describe('Refusals', () => {
  it('have code -1 and a reason that names the field, except for a codec missing in the offer of a pull', () => {
    const issue = { path: 'specs.0.type', message: 'Required' };
    expect(refusals.invalid('pull', issue)).toEqual({
      errorCode: -1,
      errorReason: 'invalid pull request: specs.0.type: Required',
    });
    expect(refusals.joinFailed().errorReason).toBe('user join failed');
    expect(refusals.joinFailed('full').errorReason).toBe('user join failed: full');
    expect(refusals.sdpFailed('push').errorReason).toBe('handle push sdp failed');
    expect(refusals.sdpFailed('pull', 'no section').errorReason).toBe('handle pull sdp failed: no section');
    expect(refusals.heartbeatFailed().errorReason).toBe('handle heartbeat failed');
    expect(isDuplicatedPeerError(refusals.duplicatedPeer().errorReason)).toBe(true);
    expect(isPusherNotFoundError(refusals.pusherNotFound('p').errorReason)).toBe(true);
    for (const reason of ['user join failed', 'not joined', ''])
      expect([isDuplicatedPeerError(reason), isPusherNotFoundError(reason)]).toEqual([false, false]);
    expect(refusals.duplicatedPeer().errorReason).toBe('duplicated Peer');
    expect(refusals.notJoined().errorReason).toBe('not joined');
    expect(refusals.notJoinedAs('r', 'a').errorReason).toBe('not joined as a in r');
    expect(refusals.alreadyJoined().errorReason).toBe('already joined');
    expect(refusals.pusherNotFound('p').errorReason).toBe('pusher not found p');
    expect(refusals.unknownMethod('x').errorReason).toBe('unknown request.method "x"');
    expect(refusals.forbidden('disabled')).toEqual({ errorCode: -1, errorReason: 'disabled' });
    expect(refusals.codecNotOffered('video', 'H264')).toEqual({
      errorCode: 488,
      errorReason: 'the offer has no video section that can carry H264',
    });
  });
});
