import { describe, expect, test, vi } from 'vitest';
import { deferred } from '@tureen/kernel';
import { whenCalled } from '@tureen/testkit/whenCalled';

import { captureCamera, captureMicrophone, captureScreen } from './capture.ts';
import { FakeMediaDevices, fakeStream } from './mediaDevicesFixture.ts';

const failure = (name: string, message = 'no') => new DOMException(message, name);

describe('capture of devices', () => {
  test('requests the preset for a camera, and owns the track', async () => {
    const devices = new FakeMediaDevices(fakeStream('video'));

    const camera = await captureCamera({ mediaDevices: devices.real });

    expect(devices.requests).toEqual([
      { video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } } },
    ]);
    expect(camera).toMatchObject({ kind: 'video', ownership: 'owned', ended: false });
  });

  test('requests a device, a facing mode and other constraints', async () => {
    const devices = new FakeMediaDevices(fakeStream('video'), fakeStream('video'));

    await captureCamera({ mediaDevices: devices.real, deviceId: 'usb', preset: 'h180' });
    await captureCamera({ mediaDevices: devices.real, facingMode: 'environment', constraints: { frameRate: 5 } });

    expect(devices.requests).toMatchObject([
      { video: { deviceId: { exact: 'usb' }, height: { ideal: 180 } } },
      { video: { facingMode: { ideal: 'environment' }, frameRate: 5 } },
    ]);
  });

  test('enables audio processing of a microphone by default', async () => {
    const devices = new FakeMediaDevices(fakeStream('audio'), fakeStream('audio'));

    await captureMicrophone({ mediaDevices: devices.real });
    await captureMicrophone({ mediaDevices: devices.real, noiseSuppression: false });

    expect(devices.requests).toEqual([
      { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } },
      { audio: { echoCancellation: true, noiseSuppression: false, autoGainControl: true } },
    ]);
  });

  test.each([
    ['NotAllowedError', 'no', 'permissionDenied'],
    ['SecurityError', 'no', 'permissionDenied'],
    ['NotFoundError', 'no', 'deviceNotFound'],
    ['NotReadableError', 'no', 'deviceInUse'],
    ['AbortError', 'Starting videoinput failed', 'deviceInUse'],
    ['AbortError', 'no', 'captureFailed'],
    ['TypeError', 'no', 'captureFailed'],
  ])('rejects an error %s (%s) with %s', async (name, message, code) => {
    const error = failure(name, message);
    const devices = new FakeMediaDevices(error);
    await expect(captureCamera({ mediaDevices: devices.real })).rejects.toMatchObject({
      name: 'TureenError',
      code,
      cause: error,
    });
  });

  test('drops constraints that no device meets once, and rejects an unknown device with deviceNotFound', async () => {
    const relaxed = new FakeMediaDevices(failure('OverconstrainedError'), fakeStream('video'));
    await captureCamera({ mediaDevices: relaxed.real, constraints: { width: { min: 9999 } } });
    expect(relaxed.requests[1]).toEqual({ video: true });

    const twice = new FakeMediaDevices(failure('OverconstrainedError'), failure('OverconstrainedError'));
    await expect(captureCamera({ mediaDevices: twice.real })).rejects.toMatchObject({ code: 'deviceNotFound' });

    const exact = new FakeMediaDevices(failure('OverconstrainedError'));
    await expect(captureCamera({ mediaDevices: exact.real, deviceId: 'gone' })).rejects.toMatchObject({
      code: 'deviceNotFound',
    });
    expect(exact.requests).toHaveLength(1);
  });

  test('rejects with unsupported and a hint without mediaDevices', async () => {
    for (const capture of [captureCamera, captureMicrophone, captureScreen])
      await expect(capture()).rejects.toMatchObject({
        code: 'unsupported',
        hint: expect.stringContaining('HTTPS') as unknown,
      });
  });

  test('rejects at once when aborted, and stops a track that arrives later', async () => {
    const answer = deferred<MediaStream>();
    const devices = new FakeMediaDevices(answer.promise);
    const controller = new AbortController();
    const capturing = captureCamera({ mediaDevices: devices.real, signal: controller.signal });
    const stream = fakeStream('video');

    controller.abort(new Error('left'));
    await expect(capturing).rejects.toMatchObject({ code: 'aborted', cause: { message: 'left' } });
    const stop = vi.spyOn(stream.getTracks()[0]!, 'stop');
    answer.resolve(stream);
    await whenCalled(stop);

    expect(stream.getTracks()[0]?.readyState).toBe('ended');
  });

  test('requests nothing when aborted before the start', async () => {
    const devices = new FakeMediaDevices();
    await expect(captureCamera({ mediaDevices: devices.real, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(devices.requests).toEqual([]);
  });

  test('captures another device with the same constraints, and keeps the former track live until stop()', async () => {
    const devices = new FakeMediaDevices(fakeStream('video'), fakeStream('video'), fakeStream('video'));
    const first = await captureCamera({ mediaDevices: devices.real, deviceId: 'front', preset: 'h360' });

    const second = await first.reacquire({ deviceId: 'back' });
    expect(first.ended).toBe(false);
    first.stop();
    await second.reacquire();

    expect(first.ended).toBe(true);
    expect(devices.requests).toMatchObject([
      { video: { deviceId: { exact: 'front' }, height: { ideal: 360 } } },
      { video: { deviceId: { exact: 'back' }, height: { ideal: 360 } } },
      { video: { deviceId: { exact: 'back' }, height: { ideal: 360 } } },
    ]);
  });

  test('stops the first camera where two cameras cannot be open at once', async () => {
    const devices = new FakeMediaDevices(fakeStream('video'), failure('NotReadableError'), fakeStream('video'));
    const first = await captureCamera({ mediaDevices: devices.real });

    const second = await first.reacquire({ facingMode: 'environment' });

    expect([first.ended, second.ended]).toEqual([true, false]);
  });

  test('captures sharp video of a screen, and audio on request only', async () => {
    const devices = new FakeMediaDevices(fakeStream('video'), fakeStream('video', 'audio'));

    const silent = await captureScreen({ mediaDevices: devices.real });
    const loud = await captureScreen({ mediaDevices: devices.real, audio: true, preset: 'screen30' });

    expect(silent.audio).toBeNull();
    expect(silent.video.track.contentHint).toBe('detail');
    expect(loud.audio).toMatchObject({ kind: 'audio', ownership: 'owned' });
    await expect(silent.video.reacquire()).rejects.toMatchObject({ code: 'unsupported' });
    expect(devices.requests).toMatchObject([
      { video: { frameRate: { max: 15 } }, audio: false },
      {
        video: { frameRate: { max: 30 } },
        audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 2 },
      },
    ]);
    expect(loud.audio?.track.contentHint).toBe('music');
  });

  test('applies constraints to the audio of a screen, which override unprocessed stereo', async () => {
    const devices = new FakeMediaDevices(fakeStream('video', 'audio'));
    await captureScreen({ mediaDevices: devices.real, audio: { echoCancellation: true, sampleRate: 48_000 } });
    expect(devices.requests).toMatchObject([
      { audio: { echoCancellation: true, sampleRate: 48_000, noiseSuppression: false, channelCount: 2 } },
    ]);
  });

  test('rejects a screen with unsupported without browser support, and with invalidState outside a click', async () => {
    const phone = { getUserMedia: () => {} } as unknown as MediaDevices;
    await expect(captureScreen({ mediaDevices: phone })).rejects.toMatchObject({ code: 'unsupported' });
    const devices = new FakeMediaDevices(failure('InvalidStateError'));
    await expect(captureScreen({ mediaDevices: devices.real })).rejects.toMatchObject({ code: 'invalidState' });
  });
});
