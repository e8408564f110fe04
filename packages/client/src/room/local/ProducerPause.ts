import type { MediaProducer } from '../../media/MediaEngine.ts';
import { SyncedSetting } from '../../shared/SyncedSetting.ts';
import { type TureenError, isConnectionLoss } from '../../shared/errors.ts';
import type { Actor } from '../entityInfo.ts';
import type { TrackFailure } from './ManagedTrack.ts';
import type { ProducerLifecycle } from './ProducerLifecycle.ts';

export interface ProducerPauseOptions {
  readonly initial: boolean;
  readonly lifecycle: ProducerLifecycle<MediaProducer>;
  /** The producer was paused or resumed. */
  readonly onChanged: (isPaused: boolean, by: Actor, reason?: TrackFailure) => void;
}

/** Pause state of a producer: paused by the local peer, by the server, or both. */
export class ProducerPause {
  readonly #options: ProducerPauseOptions;
  readonly #setting: SyncedSetting<boolean>;
  #isByServer = false;

  constructor(options: ProducerPauseOptions) {
    const { initial, lifecycle } = options;
    this.#options = options;
    this.#setting = new SyncedSetting({
      initial,
      isReady: () => lifecycle.current !== null,
      apply: (isPaused) => {
        const { session, media } = lifecycle.requireCurrent();
        return session.setProducerPaused(media.id, isPaused);
      },
      // The server refused to pause or to resume: `isPaused` is its state.
      onRollback: (isPaused) => {
        this.#update(this.#isByServer || !isPaused, 'server');
      },
    });
  }

  get isPaused(): boolean {
    return this.requested || this.#isByServer;
  }

  /** Whether the local peer pauses the producer. */
  get requested(): boolean {
    return this.#setting.requested;
  }

  /** Resolves when the server has confirmed. `reason`: the track failed, and no call paused the producer. */
  async set(isPaused: boolean, reason?: TrackFailure): Promise<void> {
    const before = this.isPaused;
    const confirmed = this.#setting.set(isPaused);
    if (!isPaused && this.#isByServer) {
      this.#isByServer = false;
      const { current } = this.#options.lifecycle;
      if (current !== null && this.#setting.confirmed === isPaused)
        await current.session.setProducerPaused(current.media.id, false).catch((error: unknown) => {
          // After a connection loss the next session sends the request. After a refusal the server's pause applies.
          if (isConnectionLoss(error)) return;
          this.#isByServer = true;
          throw error;
        });
    }
    this.#update(before, 'local', reason);
    await confirmed;
  }

  /** The server paused or resumed the producer. */
  handleServerPaused(isPaused: boolean, by: Actor): void {
    if (this.#isByServer === isPaused) return;
    const before = this.isPaused;
    this.#isByServer = isPaused;
    this.#update(before, by);
  }

  /** The producer was published again. The server has not paused it yet. */
  handlePublished(): void {
    this.#isByServer = false;
  }

  /** The session was resumed. `isPaused` is the state at the server, which either end may have requested. */
  handleResumed(isPaused: boolean): void {
    if (!isPaused) this.handleServerPaused(false, 'server');
    this.#setting.restart(isPaused && (this.requested || !this.#isByServer));
  }

  /** A session has published the producer. `isPaused`: the state there. Sends a change made meanwhile. */
  restart(isPaused: boolean): void {
    this.#setting.restart(isPaused);
  }

  close(error: TureenError): void {
    this.#setting.close(error);
  }

  /** Pauses or resumes the media, and reports a change. */
  #update(before: boolean, by: Actor, reason?: TrackFailure): void {
    const { isPaused } = this;
    const { lifecycle, onChanged } = this.#options;
    if (isPaused) lifecycle.media?.pause();
    else lifecycle.media?.resume();
    if (before !== isPaused) onChanged(isPaused, by, reason);
  }
}
