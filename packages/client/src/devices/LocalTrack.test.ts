import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { expect, test, vi } from 'vitest';

import { LocalTrack } from './LocalTrack.ts';

test('a borrowed track is never stopped nor captured again', async () => {
  const local = new LocalTrack(new FakeMediaStreamTrack({ kind: 'audio' }));

  local.stop();

  expect(local).toMatchObject({ ownership: 'borrowed', kind: 'audio', ended: false });
  await expect(local.reacquire()).rejects.toMatchObject({ code: 'unsupported' });
});

test('the end of a track is told when it comes by itself, and not after stop', () => {
  const listener = vi.fn();
  const unplugged = new FakeMediaStreamTrack({ kind: 'video' });
  const stopped = new FakeMediaStreamTrack({ kind: 'video' });
  const ignored = new FakeMediaStreamTrack({ kind: 'video' });
  const own = (track: MediaStreamTrack) => new LocalTrack(track, () => Promise.reject(new Error('unused')));
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
