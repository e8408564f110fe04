import { keepRaw } from '@tureen/kernel';
import { constructorKey, requireConstructorKey } from '../shared/constructorKey.ts';
import { checkOptions, checkValue } from '../shared/checks/development.ts';
import { TureenError } from '../shared/errors.ts';

/** Device that replaces the current device. */
export interface DeviceChange {
  /** ID of the device; rejects with `deviceNotFound` where it is missing. Null: the device that the browser prefers. */
  readonly deviceId?: string | null | undefined;
  /** Whether `deviceId` stands for the system's default, so that later captures follow the default and not this device. */
  readonly asDefault?: boolean | undefined;
  /** Camera of a phone: front (`user`) or back (`environment`). */
  readonly facingMode?: 'user' | 'environment' | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Camera or microphone that the SDK captured. */
export interface CapturedDevice {
  readonly kind: 'camera' | 'microphone';
  /** Whether this device was requested by ID. Otherwise the track follows the device that the system prefers. */
  readonly isNamed: boolean;
  /** Source of the capture; undefined for `navigator.mediaDevices`. */
  readonly mediaDevices: MediaDevices | undefined;
}

const trackEvents = ['ended', 'mute', 'unmute'];

type Capture = (change: DeviceChange) => Promise<LocalTrack>;

interface LocalTrackOptions {
  readonly track: MediaStreamTrack;
  /** Captures the track again. Null: owned, but only the app can capture the track again. Undefined: borrowed. */
  readonly capture?: Capture | null;
  readonly device?: CapturedDevice;
}

let construct: (options: LocalTrackOptions) => LocalTrack;

/**
 * Local track with its ownership. The SDK captures an `owned` track, and may stop it and capture it again. The app passes in a
 * `borrowed` track, which the SDK never stops, disables or replaces.
 */
export class LocalTrack {
  /** The track. */
  readonly track: MediaStreamTrack;
  /** Camera or microphone that the SDK captured; undefined for any other track. */
  readonly device: CapturedDevice | undefined;
  readonly #capture: Capture | null | undefined;

  static {
    keepRaw(this);
    construct = (options) => new LocalTrack(constructorKey, options);
  }

  /** @internal */
  private constructor(key: symbol, options: LocalTrackOptions) {
    requireConstructorKey(key, 'LocalTrack');
    this.track = options.track;
    this.#capture = options.capture;
    this.device = options.device;
  }

  /** Who stops the track: the SDK (`owned`) or the app (`borrowed`). */
  get ownership(): 'owned' | 'borrowed' {
    return this.#capture === undefined ? 'borrowed' : 'owned';
  }

  /** Kind of the track. */
  get kind(): 'audio' | 'video' {
    return this.track.kind === 'audio' ? 'audio' : 'video';
  }

  /** Whether the track has ended: device unplugged, sharing stopped, or `stop()` called. */
  get ended(): boolean {
    return this.track.readyState === 'ended';
  }

  /**
   * Captures a track like this one from another device, or from the same device again. This track stays live; call `stop()` once
   * the new track is in use. Where the browser reports `deviceInUse`, as phones do, stops this track first and captures again.
   * Rejects with `unsupported` for a track that the SDK did not capture from a camera or microphone, otherwise as the capture
   * does.
   */
  async reacquire(change: DeviceChange = {}): Promise<LocalTrack> {
    checkOptions(change);
    const capture = this.#capture;
    if (!capture)
      throw new TureenError('unsupported', 'only the app can capture such a track again', {
        hint: 'Capture another track and pass it to replaceTrack().',
      });
    try {
      return await capture(change);
    } catch (error) {
      const isInUse = (error as TureenError).code === 'deviceInUse';
      // Don't stop a working track for a switch that the user didn't request.
      if (!isInUse || this.ended || change.asDefault === true) throw error;
      this.stop();
      return capture(change);
    }
  }

  /** Stops an owned track; leaves a borrowed track alone. */
  stop(): void {
    if (this.#capture !== undefined) this.track.stop();
  }

  /**
   * Calls `listener` when the track ends (not after `stop()`), mutes or unmutes. Returns a function that removes the listener.
   */
  watch(listener: (event: Event) => void): () => void {
    checkValue(listener, 'listener', 'function');
    for (const event of trackEvents) this.track.addEventListener(event, listener);
    return () => {
      for (const event of trackEvents) this.track.removeEventListener(event, listener);
    };
  }
}

/** @internal Wraps a track that the app stops. */
export const borrowTrack = (track: MediaStreamTrack): LocalTrack => construct({ track });

/** @internal Wraps a track that the SDK stops. `capture` captures the track again; null where only the app can. */
export const ownTrack = (track: MediaStreamTrack, capture: Capture | null, device?: CapturedDevice): LocalTrack =>
  construct({ track, capture, ...(device === undefined ? {} : { device }) });
