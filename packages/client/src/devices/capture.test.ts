import { expect, test } from 'vitest';
import { deferred } from '@tureen/kernel';

import { captureCamera, captureMicrophone, captureScreen } from './capture.ts';
import { FakeMediaDevices, fakeStream } from './mediaDevicesFixture.ts';

const failure = (name: string, message = 'no') => new DOMException(message, name);

test('a camera is asked for with the preset, and is owned', async () => {
  const devices = new FakeMediaDevices(fakeStream('video'));

  const camera = await captureCamera({ mediaDevices: devices.real });

  expect(devices.asked).toEqual([
    { video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } } },
  ]);
  expect(camera).toMatchObject({ kind: 'video', ownership: 'owned', ended: false });
});

test('a device, the side of a phone and other wishes go into the request', async () => {
  const devices = new FakeMediaDevices(fakeStream('video'), fakeStream('video'));

  await captureCamera({ mediaDevices: devices.real, deviceId: 'usb', preset: 'h180' });
  await captureCamera({ mediaDevices: devices.real, facingMode: 'environment', constraints: { frameRate: 5 } });

  expect(devices.asked).toMatchObject([
    { video: { deviceId: { exact: 'usb' }, height: { ideal: 180 } } },
    { video: { facingMode: { ideal: 'environment' }, frameRate: 5 } },
  ]);
});

test('a microphone is cleaned up unless told otherwise', async () => {
  const devices = new FakeMediaDevices(fakeStream('audio'), fakeStream('audio'));

  await captureMicrophone({ mediaDevices: devices.real });
  await captureMicrophone({ mediaDevices: devices.real, noiseSuppression: false });

  expect(devices.asked).toEqual([
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
])('%s (%s) is %s', async (name, message, code) => {
  const error = failure(name, message);
  const devices = new FakeMediaDevices(error);
  await expect(captureCamera({ mediaDevices: devices.real })).rejects.toMatchObject({
    name: 'TureenError',
    code,
    cause: error,
  });
});

test('wishes that cannot be met are dropped once; a device that cannot is deviceNotFound', async () => {
  const relaxed = new FakeMediaDevices(failure('OverconstrainedError'), fakeStream('video'));
  await captureCamera({ mediaDevices: relaxed.real, constraints: { width: { min: 9999 } } });
  expect(relaxed.asked[1]).toEqual({ video: true });

  const twice = new FakeMediaDevices(failure('OverconstrainedError'), failure('OverconstrainedError'));
  await expect(captureCamera({ mediaDevices: twice.real })).rejects.toMatchObject({ code: 'deviceNotFound' });

  const exact = new FakeMediaDevices(failure('OverconstrainedError'));
  await expect(captureCamera({ mediaDevices: exact.real, deviceId: 'gone' })).rejects.toMatchObject({
    code: 'deviceNotFound',
  });
  expect(exact.asked).toHaveLength(1);
});

test('without mediaDevices capture is unsupported, and says what to do', async () => {
  for (const capture of [captureCamera, captureMicrophone, captureScreen])
    await expect(capture()).rejects.toMatchObject({
      code: 'unsupported',
      hint: expect.stringContaining('HTTPS') as unknown,
    });
});

test('an aborted capture rejects at once, and the track that comes later is stopped', async () => {
  const answer = deferred<MediaStream>();
  const devices = new FakeMediaDevices(answer.promise);
  const controller = new AbortController();
  const capturing = captureCamera({ mediaDevices: devices.real, signal: controller.signal });
  const stream = fakeStream('video');

  controller.abort(new Error('left'));
  await expect(capturing).rejects.toMatchObject({ code: 'aborted', cause: { message: 'left' } });
  answer.resolve(stream);
  await answer.promise;
  await Promise.resolve();
  await Promise.resolve();

  expect(stream.getTracks()[0]?.readyState).toBe('ended');
});

test('a capture aborted before it begins asks for nothing', async () => {
  const devices = new FakeMediaDevices();
  await expect(captureCamera({ mediaDevices: devices.real, signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'aborted',
  });
  expect(devices.asked).toEqual([]);
});

test('another device is captured with the same wishes, and the track before lives until it is stopped', async () => {
  const devices = new FakeMediaDevices(fakeStream('video'), fakeStream('video'), fakeStream('video'));
  const first = await captureCamera({ mediaDevices: devices.real, deviceId: 'front', preset: 'h360' });

  const second = await first.reacquire({ deviceId: 'back' });
  expect(first.ended).toBe(false);
  first.stop();
  await second.reacquire();

  expect(first.ended).toBe(true);
  expect(devices.asked).toMatchObject([
    { video: { deviceId: { exact: 'front' }, height: { ideal: 360 } } },
    { video: { deviceId: { exact: 'back' }, height: { ideal: 360 } } },
    { video: { deviceId: { exact: 'back' }, height: { ideal: 360 } } },
  ]);
});

test('where two cameras cannot be open at once, the first is stopped for the second', async () => {
  const devices = new FakeMediaDevices(fakeStream('video'), failure('NotReadableError'), fakeStream('video'));
  const first = await captureCamera({ mediaDevices: devices.real });

  const second = await first.reacquire({ facingMode: 'environment' });

  expect([first.ended, second.ended]).toEqual([true, false]);
});

test('a screen comes sharp, without sound unless asked for', async () => {
  const devices = new FakeMediaDevices(fakeStream('video'), fakeStream('video', 'audio'));

  const silent = await captureScreen({ mediaDevices: devices.real });
  const loud = await captureScreen({ mediaDevices: devices.real, audio: true, preset: 'screen30' });

  expect(silent.audio).toBeNull();
  expect(silent.video.track.contentHint).toBe('detail');
  expect(loud.audio).toMatchObject({ kind: 'audio', ownership: 'owned' });
  await expect(silent.video.reacquire()).rejects.toMatchObject({ code: 'unsupported' });
  expect(devices.asked).toMatchObject([
    { video: { frameRate: { max: 15 } }, audio: false },
    {
      video: { frameRate: { max: 30 } },
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 2 },
    },
  ]);
  expect(loud.audio?.track.contentHint).toBe('music');
});

test('the sound of a screen takes constraints, which win over those for unprocessed stereo', async () => {
  const devices = new FakeMediaDevices(fakeStream('video', 'audio'));
  await captureScreen({ mediaDevices: devices.real, audio: { echoCancellation: true, sampleRate: 48_000 } });
  expect(devices.asked).toMatchObject([
    { audio: { echoCancellation: true, sampleRate: 48_000, noiseSuppression: false, channelCount: 2 } },
  ]);
});

test('a browser that cannot share its screen is unsupported; asking outside a click is invalidState', async () => {
  const phone = { getUserMedia: () => {} } as unknown as MediaDevices;
  await expect(captureScreen({ mediaDevices: phone })).rejects.toMatchObject({ code: 'unsupported' });
  const devices = new FakeMediaDevices(failure('InvalidStateError'));
  await expect(captureScreen({ mediaDevices: devices.real })).rejects.toMatchObject({ code: 'invalidState' });
});
