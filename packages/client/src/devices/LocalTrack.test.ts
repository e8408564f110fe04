import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { describe, expect, test, vi } from 'vitest';

import { borrowTrack, ownTrack } from './LocalTrack.ts';

describe('LocalTrack', () => {
  test('never stops or recaptures a borrowed track', async () => {
    const local = borrowTrack(new FakeMediaStreamTrack({ kind: 'audio' }));

    local.stop();

    expect(local).toMatchObject({ ownership: 'borrowed', kind: 'audio', ended: false });
    await expect(local.reacquire()).rejects.toMatchObject({ code: 'unsupported' });
  });

  test('reports the end of a track, except after stop() and after the listener is removed', () => {
    const listener = vi.fn();
    const unplugged = new FakeMediaStreamTrack({ kind: 'video' });
    const stopped = new FakeMediaStreamTrack({ kind: 'video' });
    const ignored = new FakeMediaStreamTrack({ kind: 'video' });
    const own = (track: MediaStreamTrack) => ownTrack(track, () => Promise.reject(new Error('unused')));
    own(unplugged).watch(listener);
    const local = own(stopped);
    local.watch(listener);
    own(ignored).watch(listener)();

    local.stop();
    expect(listener).not.toHaveBeenCalled();
    unplugged.remoteStop();
    ignored.remoteStop();
    expect(listener).toHaveBeenCalledOnce();
  });
});
