import type { TrackFailure } from './ManagedTrack.ts';

/**
 * State of the track that a producer sends. `awaitingTrack`: a session exists, and the producer is published on it when it has a
 * live track. `isPaused`: the failure paused the producer, and the next live track resumes it.
 */
type TrackState =
  | { readonly name: 'live'; readonly failure: null; readonly isPaused: boolean }
  | { readonly name: 'lost'; readonly failure: TrackFailure; readonly isPaused: boolean }
  | { readonly name: 'awaitingTrack'; readonly failure: TrackFailure | null; readonly isPaused: boolean };

/** Decides what a producer does when its track fails, and when it has a live track again. */
export class TrackFailurePolicy {
  #state: TrackState = { name: 'live', failure: null, isPaused: false };

  get state(): TrackState['name'] {
    return this.#state.name;
  }

  /** Why there is no live track; null while there is one. */
  get failure(): TrackFailure | null {
    return this.#state.failure;
  }

  /** Whether to capture the device again when devices change. After `permissionDenied` only a call of the app captures. */
  get shouldRecapture(): boolean {
    return this.#state.isPaused && this.#state.failure !== 'permissionDenied';
  }

  /** The track ended. Returns whether to capture another track at once: not for a producer that the app paused. */
  handleEnded(isProducerPaused: boolean): boolean {
    const { isPaused } = this.#state;
    this.#fail('trackEnded', isPaused);
    return !isProducerPaused || isPaused;
  }

  /** No other track could be captured. Returns whether the producer must pause. */
  handleLost(failure: TrackFailure, isProducerPaused: boolean): boolean {
    this.#fail(failure, this.#state.isPaused || !isProducerPaused);
    return !isProducerPaused;
  }

  /** The producer has a live track again. Returns whether to publish it. */
  handleReplaced(): boolean {
    const { name, isPaused } = this.#state;
    this.#state = { name: 'live', failure: null, isPaused };
    return name === 'awaitingTrack';
  }

  /** Returns whether the producer resumes now, with its live track. True at most once for each failure. */
  takeResume(): boolean {
    const { name, isPaused } = this.#state;
    // A listener may have ended the track again.
    if (name !== 'live') return false;
    this.handlePausedByApp();
    return isPaused;
  }

  /** The app paused the producer, so the next live track does not resume it. */
  handlePausedByApp(): void {
    this.#state = { ...this.#state, isPaused: false };
  }

  /** A session exists, but no live track to publish on it. */
  awaitTrack(): void {
    const { failure, isPaused } = this.#state;
    this.#state = { name: 'awaitingTrack', failure, isPaused };
  }

  #fail(failure: TrackFailure, isPaused: boolean): void {
    const name = this.#state.name === 'awaitingTrack' ? 'awaitingTrack' : 'lost';
    this.#state = { name, failure, isPaused };
  }
}
