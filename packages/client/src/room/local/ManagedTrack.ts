import { DeviceCatalog, type DeviceCatalogEvents } from '../../devices/DeviceCatalog.ts';
import type { DeviceChange, LocalTrack } from '../../devices/LocalTrack.ts';
import { permissionFor } from '../../devices/permission.ts';
import type { Clock } from '../../shared/clock.ts';
import { TureenError } from '../../shared/errors.ts';

/** Why a producer has no track that lives. What can be is mended by itself when devices come or go, but for `permissionDenied`. */
export type TrackFailure =
  /** The device is gone, and there is no other. */
  | 'deviceLost'
  /** The user, or the system, took the permission back. */
  | 'permissionDenied'
  /** Another program holds the device. */
  | 'deviceInUse'
  /** It ended and could not be captured again: only the app could, or the browser does not say why. */
  | 'trackEnded';

/** Why a producer sends what another device gives, or the same one opened anew. */
export type DeviceChangeReason =
  /** By a call: `switchDevice()`, or `resume()` of one that had lost its device. */
  | 'local'
  /** The track had ended; the same device was opened again. */
  | 'trackEnded'
  /** The device was gone; another is in its place, or it has come back. */
  | 'deviceLost'
  /** The system prefers another microphone now. */
  | 'defaultChanged'
  /** The microphone gave nothing any more after a change of devices, and was opened anew. */
  | 'muted';

/** ms that a microphone may stay mute after devices changed: as long as a headset needs to change its profile, and more. */
export const mutedGraceMs = 3000;

export interface ManagedTrackOptions {
  readonly clock: Clock;
  /** Hands a track to the sender. */
  readonly send: (track: MediaStreamTrack) => Promise<void>;
  /** It ended by itself. The answer: whether another is to be had in its place. */
  readonly onEnded: (track: MediaStreamTrack) => boolean;
  /** There is no other. */
  readonly onLost: (loss: TrackFailure) => void;
  /** Whether one that is lost is to be had again when devices come. */
  readonly isMissed: () => boolean;
  /** Another track is sent; null: the app's own. */
  readonly onReplaced: (reason: DeviceChangeReason | null) => void;
  /** Its source gives nothing, or something again. */
  readonly onMuteChanged: (muted: boolean) => void;
}

type DeviceNews = DeviceCatalogEvents['devicesChanged'];

/**
 * The track that a producer sends at the moment. Looks after it: captures another when it ends, when the system prefers another
 * microphone, when its microphone stays mute. What the app puts in its place meanwhile wins.
 */
export class ManagedTrack {
  readonly #options: ManagedTrackOptions;
  readonly #catalog: DeviceCatalog;
  /** The permission at the beginning. */
  readonly #permission: Promise<PermissionState | undefined> | undefined;
  #local: LocalTrack;
  #isReleased = false;
  #isMuted: boolean;
  /** A capture that nobody asked for, or `reopen()`: one at a time. Resolves to its failure. */
  #capturing: Promise<TureenError | null> | null = null;
  /** What came meanwhile. */
  #news: DeviceNews | null = null;
  /** Tracks are put in place one after another. */
  #queue: Promise<void> = Promise.resolve();
  #stopWatching: () => void = () => {};
  #cancelLook: () => void = () => {};

  constructor(local: LocalTrack, options: ManagedTrackOptions) {
    const { device } = local;
    this.#local = local;
    this.#options = options;
    this.#isMuted = local.track.muted;
    this.#catalog = new DeviceCatalog({ mediaDevices: device?.mediaDevices });
    if (device !== undefined) {
      this.#permission = permissionFor(device.kind);
      this.#catalog.on('devicesChanged', (news) => {
        this.#handleNews(news);
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

  /** Whether its track has ended. */
  get ended(): boolean {
    return this.#local.ended;
  }

  /** Puts `next`, of the app, in its place. */
  replace(next: LocalTrack): Promise<void> {
    return this.#put(next, null);
  }

  /** Captures anew, from another device, and puts that in its place. Where that fails, what was there goes on. */
  async switchDevice(change: DeviceChange): Promise<void> {
    const from = this.#local;
    const { ended } = from;
    try {
      await this.#put(await from.reacquire(change), 'local');
    } catch (error) {
      // Where two cannot be open at once, the one before was closed for the other.
      if (from === this.#local && from.ended && !ended) void this.#capture(null);
      throw error;
    }
  }

  /** Captures again what has ended. Who asks while that is under way shares it. */
  async reopen(): Promise<void> {
    const failure = await this.#capture('local');
    if (failure !== null && this.ended) throw failure;
  }

  /** Stops the track if it is owned. Idempotent. */
  release(): void {
    this.#isReleased = true;
    this.#stopWatching();
    this.#cancelLook();
    this.#catalog.removeAllListeners();
    this.#local.stop();
  }

  /** Puts `next` in place once it is sent. When that fails the old one stays, and `next` is stopped if it is owned. */
  #put(next: LocalTrack, reason: DeviceChangeReason | null, from?: LocalTrack): Promise<void> {
    this.#queue = this.#queue
      .catch(() => {})
      .then(async () => {
        const old = this.#local;
        const isOther = next.track !== old.track;
        try {
          // The app was faster.
          if (from !== undefined && from !== old) throw gone();
          if (isOther) {
            if (reason !== null) {
              // Who silenced the microphone by `track.enabled` must not be heard from another.
              next.track.enabled = old.track.enabled;
              next.track.contentHint = old.track.contentHint;
            }
            await this.#options.send(next.track);
          }
          if (this.#isReleased) throw gone();
        } catch (error) {
          if (isOther) next.stop();
          throw error;
        }
        this.#stopWatching();
        this.#local = next;
        this.#watch();
        if (isOther) old.stop();
        this.#options.onReplaced(reason);
        // Its state may be another, and its end too quick for an event.
        this.#handleTrack(next.ended);
      });
    return this.#queue;
  }

  /** What nobody waits for: one at a time, and what fails is a loss. Resolves to the failure. */
  #capture(reason: DeviceChangeReason | null, change?: DeviceChange): Promise<TureenError | null> {
    this.#capturing ??= this.#open(reason, change).then(
      () => this.#settle(null),
      (error: unknown) => this.#settle(error as TureenError),
    );
    return this.#capturing;
  }

  #settle(failure: TureenError | null): TureenError | null {
    const news = this.#news;
    this.#news = this.#capturing = null;
    if (failure !== null && this.ended && !this.#isReleased) this.#options.onLost(lossOf(failure));
    if (news !== null) this.#handleNews(news);
    return failure;
  }

  async #open(reason: DeviceChangeReason | null, change?: DeviceChange): Promise<void> {
    const from = this.#local;
    const { track, device } = from;
    // Who has just taken it back is not asked again, unless by the app. Some browsers always ask, and say no more than `prompt`.
    if (reason !== 'local' && device !== undefined && (await this.#wasRevoked(device.kind)))
      throw new TureenError('permissionDenied', 'the permission was taken back');
    if (this.#isReleased) throw gone();
    let next: LocalTrack;
    try {
      next = await from.reacquire(change);
    } catch (error) {
      if (device?.isNamed !== true || (error as TureenError).code !== 'deviceNotFound') throw error;
      next = await from.reacquire({ deviceId: null });
    }
    await this.#put(next, reason ?? (next.track.label === track.label ? 'trackEnded' : 'deviceLost'), from);
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

  #handleNews(news: DeviceNews): void {
    const { track, device } = this.#local;
    // The app's own is the app's business.
    if (device === undefined) return;
    if (this.#capturing !== null) {
      this.#news = news;
      return;
    }
    const devices = news.devices.filter(({ kind }) => kind === device.kind);
    if (this.ended) {
      if (devices.length > 0 && this.#options.isMissed()) void this.#capture('deviceLost');
      return;
    }
    // Nowhere is there a default camera that could change.
    if (device.kind === 'camera') return;
    this.#cancelLook();
    this.#cancelLook = this.#options.clock.after(mutedGraceMs, () => {
      if (this.#local.device === undefined || !this.track.muted) return;
      // While it is open, browsers give the same mute source again.
      this.#local.stop();
      void this.#capture('muted');
    });
    const chosen = devices.find(({ deviceId }) => deviceId === 'default');
    if (chosen === undefined || device.isNamed) return;
    // The label of `default` ends in that of the device which it stands for.
    const { label, groupId } = chosen;
    if (label.endsWith(track.label) && groupId === track.getSettings().groupId) return;
    const meant = devices.find((one) => one !== chosen && one.groupId === groupId && label.endsWith(one.label));
    // By its own id: as long as the default of before is open, Chromium gives that for `default`.
    void this.#capture('defaultChanged', { deviceId: meant?.deviceId ?? null, asDefault: true });
  }
}

const gone = () => new TureenError('closed', 'the producer was closed meanwhile');

function lossOf({ code }: TureenError): TrackFailure {
  if (code === 'deviceNotFound') return 'deviceLost';
  return code === 'permissionDenied' || code === 'deviceInUse' ? code : 'trackEnded';
}
