import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { whenCalled } from '@tureen/testkit/whenCalled';
import {
  FakeElement,
  FakeMediaStream,
  FrameElement,
  attachBlocked,
  gateOf,
  handlers,
  restorePage,
  stubPage,
  trackOf,
} from '../test-support/playbackPage.ts';

beforeEach(stubPage);
afterEach(restorePage);

describe('PlaybackGate', () => {
  test('plays audio and video of an element as one stream, inline, automatically and unmuted', async () => {
    const [gate, element, audio, video] = [gateOf(), new FakeElement(), trackOf('audio'), trackOf('video')];

    gate.attach(audio, element.real, handlers());
    const stream = element.srcObject;
    gate.attach(video, element.real, handlers());

    expect(element.srcObject).toBe(stream);
    expect([...(stream?.tracks ?? [])]).toEqual([audio, video]);
    expect(element).toMatchObject({ autoplay: true, muted: false, paused: false });
    expect(element.attributes.has('playsinline')).toBe(true);
  });

  test('keeps the other tracks when one is detached, and empties the element after the last one', async () => {
    const [gate, element, audio, video] = [gateOf(), new FakeElement(), trackOf('audio'), trackOf('video')];
    const first = gate.attach(audio, element.real, handlers());
    const second = gate.attach(video, element.real, handlers());

    first.detach();
    first.detach();
    expect([...(element.srcObject?.tracks ?? [])]).toEqual([video]);
    second.detach();
    expect(element.srcObject).toBeNull();
    expect(element.listeners).toBe(0);
  });

  test('plays a track that is attached twice until both are detached', () => {
    const [gate, element, track] = [gateOf(), new FakeElement(), trackOf('video')];
    const first = gate.attach(track, element.real, handlers());
    const second = gate.attach(track, element.real, handlers());
    first.detach();
    expect([...(element.srcObject?.tracks ?? [])]).toEqual([track]);
    second.detach();
    expect(element.srcObject).toBeNull();
  });

  test('leaves a stream alone that the app has set since', () => {
    const [gate, element] = [gateOf(), new FakeElement()];
    const attachment = gate.attach(trackOf('video'), element.real, handlers());
    const own = new FakeMediaStream();
    element.srcObject = own;
    attachment.detach();
    expect(element.srcObject).toBe(own);
  });

  test('reports a refused play as blocked once per element, and plays in startPlayback', async () => {
    const [gate, element, first, second] = [gateOf(), new FakeElement(), handlers(), handlers()];
    element.verdicts = ['NotAllowedError', 'NotAllowedError', null];
    gate.attach(trackOf('audio'), element.real, first);
    gate.attach(trackOf('video'), element.real, second);
    await whenCalled(first.onBlocked);

    expect(first.onBlocked.mock.calls).toMatchObject([[element, { name: 'TureenError', code: 'permissionDenied' }]]);
    expect(second.onBlocked).not.toHaveBeenCalled();

    await gate.startPlayback();
    expect(element.paused).toBe(false);
    expect(first.onBlocked).toHaveBeenCalledOnce();
    await gate.startPlayback();
    expect(element.plays).toBe(3);
  });

  test('rejects startPlayback while the browser still refuses, and allows another call', async () => {
    const [gate, element, other] = [gateOf(), new FakeElement(), new FakeElement()];
    element.verdicts = ['NotAllowedError', 'NotAllowedError', null];
    other.verdicts = ['NotAllowedError', null];
    for (const one of [element, other]) await attachBlocked(gate, one);

    await expect(gate.startPlayback()).rejects.toMatchObject({ code: 'permissionDenied' });
    expect(other.paused).toBe(false);
    await gate.startPlayback();
    expect(element.paused).toBe(false);
  });

  test('resolves startPlayback where an element may play but has no data yet, as of a disabled camera', async () => {
    const [gate, element, other] = [gateOf(), new FakeElement(), new FakeElement()];
    for (const one of [element, other]) one.verdicts = ['NotAllowedError'];
    for (const one of [element, other]) await attachBlocked(gate, one);
    element.play = () => {
      element.paused = false;
      return new Promise(() => {});
    };
    await gate.startPlayback();
    expect([element.paused, other.paused]).toEqual([false, false]);
  });

  test('treats a play that a new load interrupts as no error', async () => {
    const [gate, element, told] = [gateOf(), new FakeElement(), handlers()];
    element.verdicts = ['AbortError'];
    gate.attach(trackOf('audio'), element.real, told);
    await expectUnchanged(() => told.onBlocked.mock.calls, []);
  });

  test('does not report an element as blocked that was detached before its play is refused', async () => {
    const [gate, element, told] = [gateOf(), new FakeElement(), handlers()];
    element.verdicts = ['NotAllowedError'];
    gate.attach(trackOf('audio'), element.real, told).detach();
    await expectUnchanged(() => told.onBlocked.mock.calls, []);
  });

  test('reports video as playing when its first frame is shown, however long audio has played', async () => {
    const [gate, element, audio, video] = [gateOf(), new FrameElement(), handlers(), handlers()];
    gate.attach(trackOf('audio'), element.real, audio);
    await expectUnchanged(() => audio.onPlaying.mock.calls, []);
    element.start();
    expect(audio.onPlaying).toHaveBeenCalledOnce();

    gate.attach(trackOf('video'), element.real, video);
    await expectUnchanged(() => video.onPlaying.mock.calls, []);
    element.showFrame();
    element.showFrame();
    expect(video.onPlaying).toHaveBeenCalledOnce();
  });

  test('does not report a frame of an element that may not play yet', async () => {
    const [gate, element, video] = [gateOf(), new FrameElement(), handlers()];
    element.verdicts = ['NotAllowedError'];
    gate.attach(trackOf('video'), element.real, video);
    await whenCalled(video.onBlocked);
    element.showFrame();
    expect(video.onPlaying).not.toHaveBeenCalled();
    await gate.startPlayback();
    element.showFrame();
    expect(video.onPlaying).toHaveBeenCalledOnce();
  });

  test('reports video as playing when the element plays and has a frame, without frame callbacks', async () => {
    const [gate, element, video] = [gateOf(), new FakeElement(), handlers()];
    // Another track keeps the element observed, and waits for no frame.
    gate.attach(trackOf('audio'), element.real, handlers());
    element.start();
    const { listeners } = element;
    gate.attach(trackOf('video'), element.real, video);
    expect(video.onPlaying).not.toHaveBeenCalled();
    element.videoWidth = 640;
    element.dispatchEvent(new Event('timeupdate'));
    element.dispatchEvent(new Event('timeupdate'));
    expect(video.onPlaying).toHaveBeenCalledOnce();
    expect(element.listeners).toBe(listeners);
    await expectUnchanged(() => video.onPlaying.mock.calls.length, 1);
  });

  test('reports audio that joins a playing element at once, unless detached first', async () => {
    const [gate, element, stays, goes] = [gateOf(), new FakeElement(), handlers(), handlers()];
    element.start();
    gate.attach(trackOf('audio'), element.real, stays);
    gate.attach(trackOf('audio'), element.real, goes).detach();
    expect(stays.onPlaying).not.toHaveBeenCalled();
    await whenCalled(stays.onPlaying);
    expect(stays.onPlaying).toHaveBeenCalledOnce();
    expect(goes.onPlaying).not.toHaveBeenCalled();
  });

  test('releases every element and every pending frame callback on close', async () => {
    const [gate, first, second, told] = [gateOf(), new FrameElement(), new FakeElement(), handlers()];
    first.verdicts = ['NotAllowedError'];
    gate.attach(trackOf('video'), first.real, told);
    gate.attach(trackOf('audio'), second.real, told);
    await whenCalled(told.onBlocked);

    gate.close();

    expect([first.srcObject, second.srcObject]).toEqual([null, null]);
    expect([first.frameCallbacks.size, second.listeners]).toEqual([0, 0]);
  });

  test('shows the video attached last, and the former one again after its detach()', () => {
    const [gate, element, audio, first, second] = [
      gateOf(),
      new FakeElement(),
      trackOf('audio'),
      trackOf('video'),
      trackOf('video'),
    ];
    gate.attach(audio, element.real, handlers());
    const before = gate.attach(first, element.real, handlers());
    const after = gate.attach(second, element.real, handlers());
    expect([...(element.srcObject?.tracks ?? [])]).toEqual([audio, second]);
    const next = trackOf('video');
    before.setTrack(next);
    expect([...(element.srcObject?.tracks ?? [])]).toEqual([audio, second]);
    after.detach();
    expect([...(element.srcObject?.tracks ?? [])]).toEqual([audio, next]);
  });
});
