import type { Clock } from '@tureen/kernel';
import { DeviceCatalog, type DeviceCatalogEvents } from '../../devices/DeviceCatalog.ts';
import type { DeviceChange, LocalTrack } from '../../devices/LocalTrack.ts';
import { permissionFor } from '../../devices/permission.ts';
import { TureenError } from '../../shared/errors.ts';

/**
 * Why a producer has no live track. When devices change, the room captures a device of the SDK again, except after
 * `permissionDenied`, and while the app pauses the producer.
 */
export type TrackFailure =
  /** The device was unplugged, and there is no other. */
  | 'deviceLost'
  /** The user or the system revoked the permission. */
  | 'permissionDenied'
  /** Another program uses the device. */
  | 'deviceInUse'
  /** The track ended and cannot be captured again: the app passed it in, or the browser reports no reason. */
  | 'trackEnded';

/** Why a producer sends the track of another device, or of the same device captured again. */
export type DeviceChangeReason =
  /** A call: `switchDevice()`, or `resume()` of a producer that had lost its device. */
  | 'local'
  /** The track ended, and the same device was captured again. */
  | 'trackEnded'
  /** The device was unplugged and replaced by another, or plugged in again. */
  | 'deviceLost'
  /** The system has a new default microphone. */
  | 'defaultChanged'
  /** The microphone stayed mute after devices changed, and was captured again. */
  | 'muted';

/** ms that a microphone may stay mute after devices changed. Longer than a headset needs to change its profile. */
export const mutedGraceMs = 3000;

export interface ManagedTrackOptions {
  readonly clock: Clock;
  /** Replaces the track of the sender. */
  readonly send: (track: MediaStreamTrack) => Promise<void>;
  /** The track ended, and no call stopped it. Returns whether to capture another track. */
  readonly onEnded: (track: MediaStreamTrack) => boolean;
  /** No other track could be captured. */
  readonly onLost: (failure: TrackFailure) => void;
  /** Whether to capture a lost device again when devices change. */
  readonly shouldRecapture: () => boolean;
  /** Another track is in place. `reason` is null for a track of the app. */
  readonly onReplaced: (reason: DeviceChangeReason | null) => void;
  /** The source stopped delivering media, or started again. */
  readonly onMuteChanged: (muted: boolean) => void;
}

type DevicesChanged = DeviceCatalogEvents['devicesChanged'];
/** Why a capture failed; null where it succeeded. A promise: the result of the capture that follows. */
type CaptureResult = TureenError | null | Promise<TureenError | null>;

/**
 * Track of a producer. Captures another track when the track ends, when the system has a new default microphone, and when the
 * microphone stays mute. A track that the app sets meanwhile takes precedence.
 */
export class ManagedTrack {
  readonly #options: ManagedTrackOptions;
  readonly #catalog: DeviceCatalog;
  /** Permission at the first capture. */
  readonly #permission: Promise<PermissionState | undefined> | undefined;
  #local: LocalTrack;
  #isReleased = false;
  #isMuted: boolean;
  /** Pending capture of the room or of `reopen()`: at most one. Resolves to its failure. */
  #capturing: Promise<TureenError | null> | null = null;
  /** Ended track that the pending capture replaces. Null where the track is still live, as for a new default microphone. */
  #recapturing: LocalTrack | null = null;
  /** Reason of the capture that follows, since a track ended during the pending capture. */
  #followUp: { readonly reason: DeviceChangeReason | null } | null = null;
  /** Last change of devices during the pending capture. */
  #pendingChange: DevicesChanged | null = null;
  /** Replacements run one after another. */
  #queue: Promise<void> = Promise.resolve();
  #stopWatching: () => void = () => {};
  #cancelMuteCheck: () => void = () => {};

  constructor(local: LocalTrack, options: ManagedTrackOptions) {
    const { device } = local;
    this.#local = local;
    this.#options = options;
    this.#isMuted = local.track.muted;
    this.#catalog = new DeviceCatalog({ mediaDevices: device?.mediaDevices });
    if (device !== undefined) {
      this.#permission = permissionFor(device.kind);
      this.#catalog.on('devicesChanged', (change) => {
        this.#handleDevicesChanged(change);
      });
    }
    this.#watch();
  }

  get track(): MediaStreamTrack {
    return this.#local.track;
  }

  get ownership(): 'owned' | 'borrowed' {
    return this.#local.ownership;
  }

  /** Whether the track has ended. */
  get ended(): boolean {
    return this.#local.ended;
  }

  /** Replaces the track with a track of the app. */
  replace(next: LocalTrack): Promise<void> {
    return this.#replace(next, null);
  }

  /** Captures from another device and replaces the track. Where that fails, keeps the old track or captures it again. */
  async switchDevice(change: DeviceChange): Promise<void> {
    const from = this.#local;
    const { ended } = from;
    try {
      await this.#replace(await from.reacquire(change), 'local');
    } catch (error) {
      // Where two devices cannot be open at once, the old one was closed first.
      if (from === this.#local && from.ended && !ended) void this.#capture(null);
      throw error;
    }
  }

  /** Captures the ended track again. Calls during the capture share its result. */
  async reopen(): Promise<void> {
    const failure = await this.#capture('local');
    if (this.ended) throw failure ?? new TureenError('captureFailed', 'the captured track ended at once');
  }

  /** Stops the track if it is owned. Idempotent. */
  release(): void {
    this.#isReleased = true;
    this.#stopWatching();
    this.#cancelMuteCheck();
    this.#catalog.removeAllListeners();
    this.#local.stop();
  }

  /** Puts `next` in place once the sender has it. If that fails, the old track stays, and `next` is stopped if it is owned. */
  #replace(next: LocalTrack, reason: DeviceChangeReason | null, from?: LocalTrack): Promise<void> {
    this.#queue = this.#queue
      .catch(() => {})
      .then(async () => {
        const old = this.#local;
        const isOther = next.track !== old.track;
        try {
          // The app replaced the track first.
          if (from !== undefined && from !== old) throw closedMeanwhile();
          if (isOther) {
            if (reason !== null) {
              // A microphone silenced by `track.enabled` stays silent on another device.
              next.track.enabled = old.track.enabled;
              next.track.contentHint = old.track.contentHint;
            }
            await this.#options.send(next.track);
          }
          if (this.#isReleased) throw closedMeanwhile();
        } catch (error) {
          if (isOther) next.stop();
          throw error;
        }
        this.#stopWatching();
        this.#local = next;
        // The new track may be muted, or have ended before the listeners were there.
        const hasEnded = next.ended;
        this.#watch();
        if (isOther) old.stop();
        this.#options.onReplaced(reason);
        // A listener may have closed the producer.
        if (!this.#isReleased) this.#handleTrack(hasEnded);
      });
    return this.#queue;
  }

  /**
   * Captures in the background, one capture at a time. A call during a capture of the same ended track shares that capture. Any
   * other call is followed up. Resolves to the failure of the last capture.
   */
  #capture(reason: DeviceChangeReason | null, change?: DeviceChange): Promise<TureenError | null> {
    if (this.#capturing === null) {
      this.#recapturing = this.ended ? this.#local : null;
      this.#capturing = this.#open(reason, change).then(
        () => this.#settle(null),
        (error: unknown) => this.#settle(error as TureenError),
      );
    } else if (this.#recapturing !== this.#local) this.#followUp = { reason };
    return this.#capturing;
  }

  #settle(failure: TureenError | null): CaptureResult {
    const recaptured = this.#recapturing;
    const followUp = this.#followUp;
    const change = this.#pendingChange;
    this.#followUp = this.#pendingChange = this.#capturing = this.#recapturing = null;
    let result: CaptureResult = failure;
    if (this.ended && !this.#isReleased) {
      if (followUp !== null) result = this.#capture(followUp.reason);
      else if (failure !== null && recaptured === this.#local) this.#options.onLost(failureOf(failure));
    }
    if (change !== null) this.#handleDevicesChanged(change);
    return result;
  }

  async #open(reason: DeviceChangeReason | null, change?: DeviceChange): Promise<void> {
    const from = this.#local;
    const { track, device } = from;
    // Don't prompt a user who has just revoked the permission, unless the app requests it. Some browsers always report `prompt`.
    if (reason !== 'local' && device !== undefined && (await this.#wasRevoked(device.kind)))
      throw new TureenError('permissionDenied', 'the permission was revoked');
    if (this.#isReleased) throw closedMeanwhile();
    let next: LocalTrack;
    try {
      next = await from.reacquire(change);
    } catch (error) {
      if (device?.isNamed !== true || (error as TureenError).code !== 'deviceNotFound') throw error;
      next = await from.reacquire({ deviceId: null });
    }
    await this.#replace(next, reason ?? (next.track.label === track.label ? 'trackEnded' : 'deviceLost'), from);
  }

  async #wasRevoked(kind: 'camera' | 'microphone'): Promise<boolean> {
    return (await this.#permission) === 'granted' && (await permissionFor(kind)) !== 'granted';
  }

  #watch(): void {
    this.#stopWatching = this.#local.watch(({ type }) => {
      this.#handleTrack(type === 'ended');
    });
  }

  #handleTrack(isEnded: boolean): void {
    const { muted } = this.track;
    if (muted !== this.#isMuted) {
      this.#isMuted = muted;
      this.#options.onMuteChanged(muted);
    }
    if (isEnded && this.#options.onEnded(this.track)) void this.#capture(null);
  }

  #handleDevicesChanged(change: DevicesChanged): void {
    const { track, device } = this.#local;
    // The app manages its own tracks.
    if (device === undefined) return;
    if (this.#capturing !== null) {
      this.#pendingChange = change;
      return;
    }
    const devices = change.devices.filter(({ kind }) => kind === device.kind);
    if (this.ended) {
      if (devices.length > 0 && this.#options.shouldRecapture()) void this.#capture('deviceLost');
      return;
    }
    // No browser has a default camera that could change.
    if (device.kind === 'camera') return;
    this.#cancelMuteCheck();
    this.#cancelMuteCheck = this.#options.clock.after(mutedGraceMs, () => {
      if (this.#local.device === undefined || !this.track.muted) return;
      // While the track is live, browsers capture the same mute source again.
      this.#local.stop();
      void this.#capture('muted');
    });
    const preferred = devices.find(({ deviceId }) => deviceId === 'default');
    if (preferred === undefined || device.isNamed) return;
    // The label of `default` ends with the label of the device behind it.
    const { label, groupId } = preferred;
    if (label.endsWith(track.label) && groupId === track.getSettings().groupId) return;
    const target = devices.find((one) => one !== preferred && one.groupId === groupId && label.endsWith(one.label));
    // Uses the device's own ID: while the old default is open, Chromium captures the old default for `default`.
    void this.#capture('defaultChanged', { deviceId: target?.deviceId ?? null, asDefault: true });
  }
}

const closedMeanwhile = () => new TureenError('closed', 'the producer closed while its track was replaced');

function failureOf({ code }: TureenError): TrackFailure {
  if (code === 'deviceNotFound') return 'deviceLost';
  return code === 'permissionDenied' || code === 'deviceInUse' ? code : 'trackEnded';
}
