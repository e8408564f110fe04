import { describe, expect, it } from 'vitest';
import { membersOf } from '@tureen/testkit/markdown/declarations';
import { codeIn, pageOf, rowsOf, sectionOf } from '@tureen/testkit/markdown/markdown';

const page = pageOf('docs/options.md');

/** Names of the options that an interface declares. */
const declared = (path: string, ...interfaces: string[]) =>
  interfaces.flatMap((name) => membersOf(new URL(path, import.meta.url), name).map((member) => member.name));

const produceOptions = declared('room/options.ts', 'ProduceOptions');
const publishing = produceOptions.filter((name) => name !== 'source' && name !== 'ownership');
const captureOptions = declared('devices/capture.ts', 'CaptureOptions');
/** Sections that refer to the camera's options instead of listing them. */
const asForTheCamera = ['encodings', 'codec', 'paused', 'appData', 'signal', 'mediaDevices'];
const without = (names: string[], others: string[]) => names.filter((name) => !others.includes(name));

const sections: Record<string, string[]> = {
  '`new Room()`': declared('room/options.ts', 'RoomOptions'),
  '`room.join()`': declared('room/options.ts', 'JoinOptions'),
  '`room.enableCamera()`': [
    ...declared('devices/capture.ts', 'CameraOptions'),
    ...captureOptions,
    ...publishing,
    'simulcast',
  ],
  '`room.enableMicrophone()`': without(
    [...declared('devices/capture.ts', 'MicrophoneOptions'), ...captureOptions, ...publishing],
    asForTheCamera,
  ),
  '`room.enableScreenShare()`': without(
    [
      ...declared('devices/capture.ts', 'ScreenOptions'),
      ...captureOptions,
      ...publishing,
      'simulcast',
      'audioCodecOptions',
    ],
    asForTheCamera,
  ),
  '`room.produce()`': produceOptions,
  '`room.produceData()`': [
    ...declared('media/MediaEngine.ts', 'MediaDataProduceOptions'),
    'bufferedAmountLowThreshold',
    'signal',
  ],
  '`room.waitFor()`': declared('shared/waitForEvent.ts', 'WaitForOptions'),
  '`enableStats()`': declared('room/EntityStats.ts', 'StatsOptions'),
  '`mediasoupV3()`': [...declared('dialects/mediasoup-v3/options.ts', 'MediasoupV3Options'), 'engine'],
  '`mediasoupV2()`, `mediasoupV2Beta()`, `mediasoupV2Alpha()`': [
    ...declared('dialects/mediasoup-v2-shared/options.ts', 'V2Options'),
    ...declared('dialects/mediasoup-v2/options.ts', 'MediasoupV2Options'),
    'engine',
  ],
  '`pushPull()`': [...declared('dialects/push-pull/options.ts', 'PushPullOptions'), 'engine'],
  Transports: declared('signaling/WebSocketTransport.ts', 'WebSocketTransportOptions'),
  '`deviceEngine()` and `peerConnectionEngine()`': [
    ...declared('media/device/DeviceEngine.ts', 'DeviceEngineOptions'),
    ...declared('media/peerConnection/PeerConnectionEngine.ts', 'PeerConnectionEngineOptions'),
  ],
};

describe('docs/options.md', () => {
  it.each(Object.entries(sections))('lists the options of %s', (heading, names) => {
    const listed = rowsOf(sectionOf(page, heading)).flatMap(([option = '']) => codeIn(option));

    expect([...new Set(listed)].sort()).toEqual([...new Set(names)].sort());
  });

  it('names the options that the microphone and the screen share with the camera', () => {
    for (const heading of ['`room.enableMicrophone()`', '`room.enableScreenShare()`']) {
      const prose = sectionOf(page, heading)
        .split('\n')
        .filter((line) => !line.startsWith('|'));
      expect(codeIn(prose.join('\n'))).toEqual(expect.arrayContaining(asForTheCamera));
    }
  });
});
