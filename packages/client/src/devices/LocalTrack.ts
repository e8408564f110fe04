import { keepRaw } from '@tureen/kernel';
import { TureenError } from '../shared/errors.ts';

/** Which device to take instead of the one before. */
export interface DeviceChange {
  /** Exactly this one; TureenError `deviceNotFound` where it is not there. Null: the one that the browser prefers. */
  readonly deviceId?: string | null | undefined;
  /** `deviceId` is what the system prefers just now: the wish is for that, and not for this device, also the next time. */
  readonly asDefault?: boolean | undefined;
  /** The camera of a phone: towards the user or away. */
  readonly facingMode?: 'user' | 'environment' | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What is known of the camera or microphone that the SDK opened. */
export interface CapturedDevice {
  readonly kind: 'camera' | 'microphone';
  /** Exactly this one was asked for. Else it is whichever the system prefers, now or later. */
  readonly isNamed: boolean;
  /** Where it was opened; undefined for `navigator.mediaDevices`. */
  readonly mediaDevices: MediaDevices | undefined;
}

const trackEvents = ['ended', 'mute', 'unmute'];

type Capture = (change: DeviceChange) => Promise<LocalTrack>;

/**
 * A local track, and whose it is. `owned`: captured by the SDK, which may stop it and capture it again. `borrowed`: passed in
 * by the app, and never stopped, disabled or replaced behind its back.
 */
export class LocalTrack {
  readonly track: MediaStreamTrack;
  /** The camera or microphone that the SDK opened for it; undefined for any other track. */
  readonly device: CapturedDevice | undefined;
  readonly #capture: Capture | null | undefined;

  static {
    keepRaw(this);
  }

  /**
   * `capture` makes it owned: it gets such a track again, from another device if told so, else from the same. Null: owned, and
   * there is no way to have it again.
   */
  constructor(track: MediaStreamTrack, capture?: Capture | null, device?: CapturedDevice) {
    this.track = track;
    this.#capture = capture;
    this.device = device;
  }

  get ownership(): 'owned' | 'borrowed' {
    return this.#capture === undefined ? 'borrowed' : 'owned';
  }

  get kind(): 'audio' | 'video' {
    return this.track.kind === 'audio' ? 'audio' : 'video';
  }

  /** Whether it has ended: the device is gone, the user stopped sharing, or `stop` was called. */
  get ended(): boolean {
    return this.track.readyState === 'ended';
  }

  /**
   * Captures a track like this one from another device (or the same one again). This one lives on, for the caller to `stop`
   * when the new one is in use; but where both cannot be open at once (phones), it is stopped first.
   * TureenError `unsupported` for what is no camera or microphone of the SDK's, else as the capture.
   */
  async reacquire(change: DeviceChange = {}): Promise<LocalTrack> {
    const capture = this.#capture;
    if (!capture)
      throw new TureenError('unsupported', 'only the app can capture such a track again', {
        hint: 'Capture another track and pass it to replaceTrack().',
      });
    try {
      return await capture(change);
    } catch (error) {
      const isTaken = (error as TureenError).code === 'deviceInUse';
      // A wish of nobody's is not worth the one that works.
      if (!isTaken || this.ended || change.asDefault === true) throw error;
      this.stop();
      return capture(change);
    }
  }

  /** Stops an owned track; leaves a borrowed one. */
  stop(): void {
    if (this.#capture !== undefined) this.track.stop();
  }

  /** Calls `listener` when the track ends by itself (not after `stop`), goes mute or gives something again. The answer takes it off. */
  watch(listener: (event: Event) => void): () => void {
    for (const event of trackEvents) this.track.addEventListener(event, listener);
    return () => {
      for (const event of trackEvents) this.track.removeEventListener(event, listener);
    };
  }
}
