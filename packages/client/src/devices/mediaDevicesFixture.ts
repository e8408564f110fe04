import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';

/** A stream of fake tracks, as getUserMedia gives. */
export function fakeStream(...kinds: ('audio' | 'video')[]): MediaStream {
  const tracks = kinds.map((kind) => new FakeMediaStreamTrack({ kind }));
  return {
    getTracks: () => tracks,
    getAudioTracks: () => tracks.filter((track) => track.kind === 'audio'),
    getVideoTracks: () => tracks.filter((track) => track.kind === 'video'),
  } as unknown as MediaStream;
}

type Answer = MediaStream | Error | Promise<MediaStream>;

/** `navigator.mediaDevices` of a test: gives the answers it was made with, one after another, and keeps what was asked. */
export class FakeMediaDevices extends EventTarget {
  readonly asked: MediaStreamConstraints[] = [];
  devices: MediaDeviceInfo[] = [];
  /** How many listen to `devicechange`. */
  listeners = 0;
  readonly #answers: Answer[];

  constructor(...answers: Answer[]) {
    super();
    this.#answers = answers;
  }

  /** In the type that the code takes. */
  get real(): MediaDevices {
    return this as unknown as MediaDevices;
  }

  async getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream> {
    this.asked.push(constraints);
    const answer = this.#answers.shift();
    if (answer === undefined) throw new Error('asked once too often');
    if (answer instanceof Error) throw answer;
    return answer;
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
