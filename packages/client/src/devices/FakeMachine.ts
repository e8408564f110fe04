import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { deferred } from '@tureen/kernel';
import { Recorder } from '../shared/Recorder.ts';

interface Plugged {
  readonly kind: MediaDeviceKind;
  readonly deviceId: string;
}

/**
 * Cameras and microphones of a test, as Chromium shows them. Tests plug and unplug devices. The entry `default` stands for one of
 * the microphones.
 */
export class FakeMachine extends EventTarget {
  /** Calls of getUserMedia, such as `audio` or `video:front`. */
  readonly requests = new Recorder();
  /** Every captured track. */
  readonly tracks: FakeMediaStreamTrack[] = [];
  /** Number of `devicechange` listeners. */
  listeners = 0;
  /** Error that getUserMedia throws while set. */
  failure: DOMException | undefined;
  /** Devices that another program uses. */
  readonly taken = new Set<string>();
  permission: PermissionState | undefined;
  #devices: readonly Plugged[];
  #default: string | undefined;
  #gate: Promise<void> | undefined;

  /** Takes devices such as `mic:usb` and `cam:front`. The first microphone is the default. */
  constructor(...devices: string[]) {
    super();
    this.#devices = devices.map(pluggedOf);
    this.#default = this.#microphones()[0];
  }

  /** This object with the type that the code expects. */
  get real(): MediaDevices {
    return this as unknown as MediaDevices;
  }

  /** Stands in for `navigator.permissions`. */
  get permissions(): Pick<Permissions, 'query'> {
    const query = (): Promise<PermissionStatus> =>
      this.permission === undefined
        ? Promise.reject(new TypeError('no such permission'))
        : Promise.resolve({ state: this.permission } as PermissionStatus);
    return { query };
  }

  get last(): FakeMediaStreamTrack {
    const track = this.tracks.at(-1);
    if (track === undefined) throw new Error('nothing was captured');
    return track;
  }

  get live(): FakeMediaStreamTrack[] {
    return this.tracks.filter(({ readyState }) => readyState === 'live');
  }

  plug(device: string, { isDefault = false } = {}): void {
    this.#devices = [...this.#devices, pluggedOf(device)];
    if (isDefault) this.#default = pluggedOf(device).deviceId;
    this.#default ??= this.#microphones()[0];
    this.change();
  }

  /** Unplugs a device. Its tracks end before `devicechange`, as in browsers. */
  unplug(deviceId: string): void {
    this.#devices = this.#devices.filter((device) => device.deviceId !== deviceId);
    if (this.#default === deviceId) this.#default = this.#microphones()[0];
    for (const track of this.tracks) if (idOf(track) === deviceId) track.remoteStop();
    this.change();
  }

  prefer(deviceId: string): void {
    this.#default = deviceId;
    this.change();
  }

  change(): void {
    this.dispatchEvent(new Event('devicechange'));
  }

  /** Blocks getUserMedia until the returned function is called. */
  hold(): () => void {
    const { promise, resolve } = deferred<void>();
    this.#gate = promise;
    return () => {
      this.#gate = undefined;
      resolve();
    };
  }

  async getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream> {
    const kinds = (['audio', 'video'] as const).filter((kind) => (constraints[kind] ?? false) !== false);
    if (kinds.length === 0) throw new TypeError('neither audio nor video was requested');
    for (const kind of kinds) {
      const deviceId = exactIdOf(constraints[kind]);
      this.requests.push(deviceId === undefined ? kind : `${kind}:${deviceId}`);
    }
    await this.#gate;
    if (this.failure !== undefined) throw this.failure;
    const devices = kinds.map((kind) => [kind, this.#deviceFor(kind, exactIdOf(constraints[kind]))] as const);
    const tracks = devices.map(([kind, device]) => this.#open(kind, device, exactIdOf(constraints[kind])));
    return {
      getTracks: () => tracks,
      getAudioTracks: () => tracks.filter(({ kind }) => kind === 'audio'),
      getVideoTracks: () => tracks.filter(({ kind }) => kind === 'video'),
    } as unknown as MediaStream;
  }

  async enumerateDevices(): Promise<MediaDeviceInfo[]> {
    const infoOf = ({ kind, deviceId }: Plugged, isDefault = false) => ({
      kind,
      deviceId: isDefault ? 'default' : deviceId,
      groupId: `box of ${deviceId}`,
      label: `${isDefault ? 'Default - ' : ''}${deviceId}`,
    });
    const standsBehind = this.#devices.find(({ deviceId }) => deviceId === this.#default);
    const all = this.#devices.map((device) => infoOf(device));
    return (standsBehind === undefined ? all : [infoOf(standsBehind, true), ...all]) as MediaDeviceInfo[];
  }

  override addEventListener(...args: Parameters<EventTarget['addEventListener']>): void {
    this.listeners += 1;
    super.addEventListener(...args);
  }

  override removeEventListener(...args: Parameters<EventTarget['removeEventListener']>): void {
    this.listeners -= 1;
    super.removeEventListener(...args);
  }

  #deviceFor(kind: 'audio' | 'video', deviceId: string | undefined): Plugged {
    const found = this.#devices.filter((device) => device.kind === `${kind}input`);
    const wanted =
      deviceId === undefined || deviceId === 'default' ? (kind === 'audio' ? this.#default : undefined) : deviceId;
    const device = wanted === undefined ? found[0] : found.find((one) => one.deviceId === wanted);
    if (device === undefined)
      throw deviceId === undefined ? new DOMException('none', 'NotFoundError') : overconstrained();
    if (this.taken.has(device.deviceId)) throw new DOMException('busy', 'NotReadableError');
    return device;
  }

  #open(kind: 'audio' | 'video', device: Plugged, deviceId: string | undefined): FakeMediaStreamTrack {
    const isByDefault = kind === 'audio' && (deviceId ?? 'default') === 'default';
    const track = new FakeMediaStreamTrack({
      kind,
      label: `${isByDefault ? 'Default - ' : ''}${device.deviceId}`,
      settings: { deviceId: isByDefault ? 'default' : device.deviceId, groupId: `box of ${device.deviceId}` },
    });
    this.tracks.push(track);
    return track;
  }

  #microphones(): string[] {
    return this.#devices.filter(({ kind }) => kind === 'audioinput').map(({ deviceId }) => deviceId);
  }
}

function pluggedOf(device: string): Plugged {
  const [kind, deviceId = ''] = device.split(':');
  return { kind: kind === 'mic' ? 'audioinput' : 'videoinput', deviceId };
}

/** Returns the device that a track was captured from. */
function idOf({ label }: FakeMediaStreamTrack): string {
  return label.replace('Default - ', '');
}

/** Returns the exact device that the constraints require. */
function exactIdOf(constraints: MediaTrackConstraints | boolean | undefined): string | undefined {
  const deviceId = typeof constraints === 'object' ? constraints.deviceId : undefined;
  return typeof deviceId === 'object' && 'exact' in deviceId ? (deviceId.exact as string) : undefined;
}

/** Browsers name the constraint that no device meets. */
const overconstrained = () =>
  Object.assign(new DOMException('none', 'OverconstrainedError'), { constraint: 'deviceId' });
