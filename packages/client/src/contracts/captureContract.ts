import { type Contract, equal, isTrue, rejects } from './Contract.ts';

/** Machine with a camera and a microphone, to which the page has access. */
export interface CaptureWorld {
  readonly mediaDevices: MediaDevices;
  close(): void;
}

const both: readonly ['audio', 'video'] = ['audio', 'video'];

async function open(
  { mediaDevices }: CaptureWorld,
  kind: 'audio' | 'video',
  constraints: MediaTrackConstraints | true = true,
) {
  const stream = await mediaDevices.getUserMedia({ [kind]: constraints });
  const [track, ...more] = stream.getTracks();
  if (track === undefined || more.length > 0) throw new Error(`expected one ${kind} track`);
  return track;
}

async function deviceIdsOf({ mediaDevices }: CaptureWorld, kind: 'audio' | 'video'): Promise<string[]> {
  const devices = await mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === `${kind}input`).map(({ deviceId }) => deviceId);
}

const exactly = (deviceId: string) => ({ deviceId: { exact: deviceId } });

export const captureContract: Contract<CaptureWorld> = [
  ...both.map((kind) => ({
    title: `getUserMedia gives one live, enabled and unmuted track for ${kind}`,
    run: async (world: CaptureWorld) => {
      const track = await open(world, kind);
      equal([track.kind, track.readyState, track.enabled, track.muted], [kind, 'live', true, false], 'track');
      isTrue(track.label !== '', 'the track has a label');
      track.stop();
    },
  })),
  {
    title: 'getUserMedia gives a track of each kind when both are requested',
    run: async ({ mediaDevices }) => {
      const stream = await mediaDevices.getUserMedia({ audio: true, video: true });
      const kinds = stream.getTracks().map(({ kind }) => kind);
      equal(kinds.toSorted(), ['audio', 'video'], 'kinds');
      equal([stream.getAudioTracks().length, stream.getVideoTracks().length], [1, 1], 'tracks by kind');
      for (const track of stream.getTracks()) track.stop();
    },
  },
  {
    title: 'getUserMedia rejects with TypeError when nothing is requested',
    run: async ({ mediaDevices }) => {
      await rejects(mediaDevices.getUserMedia({}), 'TypeError', 'no kind');
      await rejects(mediaDevices.getUserMedia({ audio: false, video: false }), 'TypeError', 'false of each');
    },
  },
  ...both.map((kind) => ({
    title: `getUserMedia rejects with OverconstrainedError for a missing exact ${kind} device`,
    run: async (world: CaptureWorld) => {
      await open(world, kind).then((track) => {
        track.stop();
      });
      const error = await rejects(open(world, kind, exactly('nowhere')), 'OverconstrainedError');
      equal((error as { constraint?: string }).constraint, 'deviceId', 'constraint');
    },
  })),
  ...both.map((kind) => ({
    title: `getUserMedia replaces a missing ideal ${kind} device`,
    run: async (world: CaptureWorld) => {
      const track = await open(world, kind, { deviceId: { ideal: 'nowhere' } });
      equal(track.readyState, 'live', 'readyState');
      track.stop();
    },
  })),
  ...both.map((kind) => ({
    title: `getUserMedia opens each listed ${kind} device by its ID, and the track names the device`,
    run: async (world: CaptureWorld) => {
      const first = await open(world, kind);
      const ids = await deviceIdsOf(world, kind);
      isTrue(ids.includes(first.getSettings().deviceId ?? ''), 'the default device is listed');
      first.stop();
      const [id = ''] = ids;
      const track = await open(world, kind, exactly(id));
      equal(track.getSettings().deviceId, id, 'deviceId');
      track.stop();
    },
  })),
  {
    title: 'enumerateDevices names kind, ID, group and label of each device after access is granted',
    run: async (world) => {
      for (const kind of both) (await open(world, kind)).stop();
      const devices = await world.mediaDevices.enumerateDevices();
      const inputs = devices.filter(({ kind }) => kind !== 'audiooutput');
      isTrue(inputs.length >= 2, 'there are at least two devices');
      for (const device of inputs) {
        isTrue(device.deviceId !== '' && device.label !== '', `${device.kind} has an ID and a label`);
        equal(typeof device.groupId, 'string', 'groupId');
      }
      equal(new Set(inputs.map(({ kind, deviceId }) => `${kind} ${deviceId}`)).size, inputs.length, 'distinct IDs');
    },
  },
  {
    title: 'stop ends a track at once, without an event, and is idempotent',
    run: async (world) => {
      const track = await open(world, 'video');
      const events: string[] = [];
      track.addEventListener('ended', () => events.push('ended'));
      track.stop();
      track.stop();
      equal(track.readyState, 'ended', 'readyState');
      // A browser fires the event before the next response arrives.
      await world.mediaDevices.enumerateDevices();
      equal(events, [], 'events');
    },
  },
  {
    title: 'getUserMedia gives tracks that end separately when a device is opened twice',
    run: async (world) => {
      const [first, second] = [await open(world, 'audio'), await open(world, 'audio')];
      isTrue(first !== second && first.id !== second.id, 'tracks have distinct IDs');
      first.stop();
      equal([first.readyState, second.readyState], ['ended', 'live'], 'readyState');
      second.stop();
    },
  },
  {
    title: 'clone gives a track that ends and is enabled separately',
    run: async (world) => {
      const track = await open(world, 'video');
      track.enabled = false;
      const clone = track.clone();
      equal(clone.enabled, false, 'enabled of the clone');
      clone.enabled = true;
      track.stop();
      equal([track.enabled, clone.enabled], [false, true], 'enabled');
      equal([track.readyState, clone.readyState], ['ended', 'live'], 'readyState');
      equal(track.clone().readyState, 'ended', 'clone of an ended track');
      clone.stop();
    },
  },
  {
    title: 'stop keeps enabled, and the page cannot set muted',
    run: async (world) => {
      const track = await open(world, 'audio');
      track.enabled = false;
      track.stop();
      equal([track.enabled, track.readyState], [false, 'ended'], 'track');
      throwsOrIgnores(() => {
        (track as { muted: boolean }).muted = true;
      });
      equal(track.muted, false, 'muted');
    },
  },
];

/** Writing to a property without a setter throws in a module. */
function throwsOrIgnores(work: () => void): void {
  try {
    work();
  } catch (error) {
    equal((error as Error).name, 'TypeError', 'error');
  }
}

/** Cases for a machine without cameras and microphones. */
export const noDevicesContract: Contract<CaptureWorld> = [
  {
    title: 'getUserMedia rejects with NotFoundError where there is no such device, and none is listed',
    run: async (world) => {
      await rejects(open(world, 'video'), 'NotFoundError', 'video');
      equal(await deviceIdsOf(world, 'video'), [], 'cameras');
    },
  },
];

/** Cases for a page whose user refuses access. */
export const refusedCaptureContract: Contract<CaptureWorld> = [
  {
    title: 'getUserMedia rejects with NotAllowedError where the user refuses, for each request',
    run: async (world) => {
      for (const kind of both) await rejects(open(world, kind), 'NotAllowedError', kind);
      await rejects(world.mediaDevices.getUserMedia({ audio: true, video: true }), 'NotAllowedError', 'both');
      await rejects(world.mediaDevices.getUserMedia({}), 'TypeError', 'nothing');
    },
  },
];
