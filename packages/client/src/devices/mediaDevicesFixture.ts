import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';

/** Returns a stream of fake tracks, as getUserMedia does. */
export function fakeStream(...kinds: ('audio' | 'video')[]): MediaStream {
  const tracks = kinds.map((kind) => new FakeMediaStreamTrack({ kind }));
  return {
    getTracks: () => tracks,
    getAudioTracks: () => tracks.filter((track) => track.kind === 'audio'),
    getVideoTracks: () => tracks.filter((track) => track.kind === 'video'),
  } as unknown as MediaStream;
}

type Result = MediaStream | Error | Promise<MediaStream>;

/** `navigator.mediaDevices` of a test. Returns its results in order, and records the requests. */
export class FakeMediaDevices extends EventTarget {
  readonly requests: MediaStreamConstraints[] = [];
  devices: MediaDeviceInfo[] = [];
  /** Number of `devicechange` listeners. */
  listeners = 0;
  readonly #results: Result[];

  constructor(...results: Result[]) {
    super();
    this.#results = results;
  }

  /** This object with the type that the code expects. */
  get real(): MediaDevices {
    return this as unknown as MediaDevices;
  }

  async getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream> {
    this.requests.push(constraints);
    const result = this.#results.shift();
    if (result === undefined) throw new Error('more calls of getUserMedia than results');
    if (result instanceof Error) throw result;
    return result;
  }

  getDisplayMedia(constraints: MediaStreamConstraints): Promise<MediaStream> {
    return this.getUserMedia(constraints);
  }

  async enumerateDevices(): Promise<MediaDeviceInfo[]> {
    return this.devices;
  }

  override addEventListener(...args: Parameters<EventTarget['addEventListener']>): void {
    this.listeners += 1;
    super.addEventListener(...args);
  }

  override removeEventListener(...args: Parameters<EventTarget['removeEventListener']>): void {
    this.listeners -= 1;
    super.removeEventListener(...args);
  }
}
