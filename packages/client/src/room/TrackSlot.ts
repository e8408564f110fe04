import { DeviceCatalog, type DeviceCatalogEvents } from '../devices/DeviceCatalog.ts';
import type { DeviceChange, LocalTrack } from '../devices/LocalTrack.ts';
import { permissionFor } from '../devices/permission.ts';
import type { Clock } from '../shared/clock.ts';
import { TureenError, type TureenErrorCode } from '../shared/errors.ts';

/** Why a producer has no track that lives. */
export type TrackLoss =
  /** The device is gone, and there is no other. Mended by itself when one comes. */
  | 'deviceLost'
  /** The user, or the system, took the permission back. */
  | 'permissionDenied'
  /** Another program holds the device. */
  | 'deviceInUse'
  /** It ended, and Tureen cannot capture such a track: the app can. */
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

const losses: Partial<Record<TureenErrorCode, TrackLoss>> = {
  deviceNotFound: 'deviceLost',
  permissionDenied: 'permissionDenied',
  deviceInUse: 'deviceInUse',
};

/** ms that a microphone may stay mute after devices changed: as long as a headset needs to change its profile, and more. */
export const mutedGraceMs = 3000;

export interface TrackSlotOptions {
  readonly clock: Clock;
  /** Hands a track to the sender. */
  readonly send: (track: MediaStreamTrack) => Promise<void>;
  /** It ended by itself. The answer: whether another is to be had in its place. */
  readonly onEnded: (track: MediaStreamTrack) => boolean;
  /** There is no other. */
  readonly onLost: (loss: TrackLoss) => void;
  /** Whether one that is lost is to be had again when devices come. */
  readonly isMissed: () => boolean;
  /** Another track is sent; null: the app's own. */
  readonly onReplaced: (reason: DeviceChangeReason | null) => void;
  /** Its source gives nothing, or something again. */
  readonly onMuteChanged: (muted: boolean) => void;
}

/**
 * The track that a producer sends at the moment. Looks after it: captures another when it ends, when the system prefers another
 * microphone, when its microphone stays mute. What the app puts in its place meanwhile wins.
 */
export class TrackSlot {
  readonly #options: TrackSlotOptions;
  readonly #catalog: DeviceCatalog;
  readonly #permission: Promise<PermissionState | undefined> | undefined;
  #local: LocalTrack;
  #isReleased = false;
  #isMuted: boolean;
  /** How often devices came or went. */
  #changes = 0;
  #reopening: Promise<void> | null = null;
  /** The default that is being gone over to. */
  #followed: DeviceChange | null = null;
  /** Tracks are put in place one after another. */
  #queue: Promise<unknown> = Promise.resolve();
  #stopWatching: () => void = () => {};
  #cancelLook: () => void = () => {};

  constructor(local: LocalTrack, options: TrackSlotOptions) {
    const { device } = local;
    this.#local = local;
    this.#options = options;
    this.#isMuted = local.track.muted;
    this.#catalog = new DeviceCatalog({ mediaDevices: device?.mediaDevices });
    if (device !== undefined) {
      this.#permission = permissionFor(device.kind);
      this.#catalog.on('devicesChanged', this.#handleDevices);
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
    try {
      await this.#put(await from.reacquire(change), 'local');
    } catch (error) {
      // Where two cannot be open at once, the one before was closed for the other.
      if (from === this.#local && from.ended) void this.#recover();
      throw error;
    }
  }

  /** Captures again what has ended, from another device where that one is gone. One attempt at a time: who asks shares it. */
  reopen(reason: DeviceChangeReason | null = 'local'): Promise<void> {
    this.#reopening ??= this.#reopen(reason).finally(() => {
      this.#reopening = null;
    });
    return this.#reopening;
  }

  /** Stops the track if it is owned. Idempotent. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#stopWatching();
    this.#cancelLook();
    this.#catalog.removeAllListeners();
    this.#local.stop();
  }

  /** Puts `next` in place once it is sent. When that fails the old one stays, and `next` is stopped if it is owned. */
  #put(next: LocalTrack, reason: DeviceChangeReason | null, from?: LocalTrack): Promise<void> {
    const done = this.#queue.then(async () => {
      const old = this.#local;
      const isOther = next.track !== old.track;
      try {
        this.#assertOpen();
        if (isOther) {
          if (reason !== null) {
            // Who silenced the microphone by `track.enabled` must not be heard from another.
            next.track.enabled = old.track.enabled;
            next.track.contentHint = old.track.contentHint;
          }
          if (from === undefined || from === old) await this.#options.send(next.track);
          this.#assertOpen();
        }
      } catch (error) {
        if (isOther) next.stop();
        throw error;
      }
      // The app was faster.
      if (from !== undefined && from !== old) {
        next.stop();
        return;
      }
      this.#stopWatching();
      this.#local = next;
      this.#watch();
      if (isOther) old.stop();
      this.#options.onReplaced(reason);
      this.#tellMuted();
      // Too fast for its event to be heard.
      if (next.ended) this.#handleEnded();
    });
    this.#queue = done.catch(() => {});
    return done;
  }

  async #reopen(reason: DeviceChangeReason | null): Promise<void> {
    const from = this.#local;
    const { track, device } = from;
    // Who has just said no is not asked again; but a call of the app's may ask.
    if (reason !== 'local' && device !== undefined && (await this.#isRevoked(device.kind)))
      throw new TureenError('permissionDenied', `the permission for the ${device.kind} was taken back`);
    this.#assertOpen();
    let next: LocalTrack;
    try {
      next = await from.reacquire();
    } catch (error) {
      if (device?.isNamed !== true || (error as TureenError).code !== 'deviceNotFound') throw error;
      next = await from.reacquire({ deviceId: null });
    }
    const isSame =
      next.track.label === track.label && next.track.getSettings().deviceId === track.getSettings().deviceId;
    await this.#put(next, reason ?? (isSame ? 'trackEnded' : 'deviceLost'), from);
  }

  /** The same without anybody who waits for it: what fails is a loss. */
  async #recover(reason: DeviceChangeReason | null = null): Promise<void> {
    const changes = this.#changes;
    try {
      await this.reopen(reason);
    } catch (error) {
      if (this.#isReleased || !this.ended) return;
      const loss = losses[(error as TureenError).code] ?? 'trackEnded';
      // A device that came meanwhile was not seen.
      if (changes !== this.#changes && loss !== 'permissionDenied') void this.#recover(reason);
      else this.#options.onLost(loss);
    }
  }

  async #isRevoked(kind: 'camera' | 'microphone'): Promise<boolean> {
    const state = await permissionFor(kind);
    // Some browsers ask each time, and never say more than `prompt`.
    return state === 'denied' || (state === 'prompt' && (await this.#permission) === 'granted');
  }

  #watch(): void {
    const undos = [
      this.#local.onEnded(() => {
        this.#handleEnded();
      }),
      this.#local.onMuteChanged(() => {
        this.#tellMuted();
      }),
    ];
    this.#stopWatching = () => {
      for (const undo of undos) undo();
    };
  }

  #handleEnded(): void {
    if (this.#options.onEnded(this.track)) void this.#recover();
  }

  #tellMuted(): void {
    const { muted } = this.track;
    if (muted === this.#isMuted) return;
    this.#isMuted = muted;
    this.#options.onMuteChanged(muted);
  }

  readonly #handleDevices = ({ devices, added }: DeviceCatalogEvents['devicesChanged']): void => {
    const { track, device } = this.#local;
    if (device === undefined) return;
    this.#changes += 1;
    if (this.ended) {
      const isAny = devices.some(({ kind }) => kind === device.kind);
      if (isAny && this.#reopening === null && this.#options.isMissed()) void this.#recover('deviceLost');
      return;
    }
    // Nowhere is there a default camera that could change.
    if (device.kind === 'camera') return;
    this.#cancelLook();
    this.#cancelLook = this.#options.clock.after(mutedGraceMs, () => {
      if (this.#local.device === undefined || !this.track.muted || this.ended) return;
      // While it is open, browsers give the same mute source again.
      this.#local.stop();
      void this.#recover('muted');
    });
    const chosen = added.find((one) => one.kind === device.kind && one.deviceId === 'default');
    if (chosen === undefined || device.isNamed) return;
    // Its label ends in that of the device which it stands for.
    if (chosen.label.endsWith(track.label) && chosen.groupId === track.getSettings().groupId) return;
    const meant = devices.find(
      (one) =>
        one !== chosen &&
        one.kind === device.kind &&
        one.groupId === chosen.groupId &&
        chosen.label.endsWith(one.label),
    );
    // By its own id: as long as the default of before is open, Chromium gives that for `default`.
    void this.#follow({ deviceId: meant?.deviceId ?? null, asDefault: true });
  };

  /** What cannot be opened is let be: the one before goes on. */
  async #follow(change: DeviceChange): Promise<void> {
    const isUnderWay = this.#followed !== null;
    this.#followed = change;
    if (isUnderWay) return;
    // The default may change again while it is opened.
    while (this.#followed !== null) {
      const next: DeviceChange = this.#followed;
      const from = this.#local;
      try {
        if (from.device?.isNamed === false && !this.#isReleased)
          await this.#put(await from.reacquire(next), 'defaultChanged', from);
      } catch {
        if (from === this.#local && from.ended && !this.#isReleased) void this.#recover('defaultChanged');
      }
      if (next === this.#followed) this.#followed = null;
    }
  }

  #assertOpen(): void {
    if (this.#isReleased) throw new TureenError('closed', 'the producer was closed meanwhile');
  }
}
