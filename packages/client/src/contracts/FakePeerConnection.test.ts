import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { describe, expect, it } from 'vitest';

import { FakePeerConnectionMedia } from '../media/fake/FakePeerConnectionMedia.ts';
import { fakeBrowser, offerOf } from '../media/peerConnection/peerConnectionFixture.ts';
import { peerConnectionMediaContract } from './peerConnectionMediaContract.ts';
import { rtcPeerConnectionContract } from './rtcPeerConnectionContract.ts';

const track = async (kind: 'audio' | 'video') => new FakeMediaStreamTrack({ kind });
const close = () => {};

describe('FakePeerConnectionMedia keeps the contract of push and pull', () => {
  it.each(peerConnectionMediaContract.map(({ title, run }) => [title, run] as const))('%s', async (_, run) => {
    expect(await run({ media: new FakePeerConnectionMedia({ autoConnect: false }), track, close })).toBeUndefined();
  });
});

describe('FakeRtcPeerConnection keeps the contract of RTCPeerConnection', () => {
  it.each(rtcPeerConnectionContract.map(({ title, run }) => [title, run] as const))('%s', async (_, run) => {
    fakeBrowser({ offer: (pc) => offerOf('chromium', pc) });
    expect(await run({ create: () => new RTCPeerConnection(), track, close })).toBeUndefined();
  });
});
