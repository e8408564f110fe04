import { TureenError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';

export interface AttachmentHandlers {
  /** The first frame was shown, or the first sound played. Once per attachment. */
  onPlaying(): void;
  /** The browser wants a user gesture first; `startPlayback()` in one plays it. */
  onBlocked(error: TureenError): void;
}

/** One track in one element. */
export interface Attachment {
  /** Takes the track out; the element keeps the others'. Idempotent. */
  detach(): void;
}

interface Playing {
  readonly stream: MediaStream;
  readonly handlers: Map<MediaStreamTrack, AttachmentHandlers>;
  readonly release: () => void;
}

/** Plays tracks in the page's elements, and holds back those that the browser will not play without a gesture. */
export class PlaybackGate {
  readonly #logger: Logger;
  readonly #elements = new Map<HTMLMediaElement, Playing>();
  readonly #blocked = new Set<HTMLMediaElement>();

  constructor(options: { logger: Logger }) {
    this.#logger = options.logger;
  }

  /** Plays the track in the element, together with the others that are in it: one stream, in sync. */
  attach(track: MediaStreamTrack, element: HTMLMediaElement, handlers: AttachmentHandlers): Attachment {
    const playing = this.#elements.get(element) ?? this.#open(element);
    playing.handlers.set(track, handlers);
    playing.stream.addTrack(track);
    const cancelFirstFrame = onFirstFrame(element, track, () => {
      handlers.onPlaying();
    });
    void this.#play(element);
    return {
      detach: () => {
        cancelFirstFrame();
        this.#detach(element, track);
      },
    };
  }

  /** Plays all that was blocked. Rejects with `permissionDenied` if the browser still refuses. */
  async startPlayback(): Promise<void> {
    const results = await Promise.all([...this.#blocked].map((element) => this.#play(element)));
    const refusal = results.find((result) => result !== null);
    if (refusal != null) throw refusal;
  }

  /** Lets go of every element. */
  close(): void {
    for (const [element, { handlers }] of [...this.#elements])
      for (const track of [...handlers.keys()]) this.#detach(element, track);
  }

  #open(element: HTMLMediaElement): Playing {
    const stream = new MediaStream();
    element.autoplay = true;
    // Without it iOS plays video full screen.
    element.setAttribute('playsinline', '');
    element.srcObject = stream;
    const playing: Playing = {
      stream,
      handlers: new Map(),
      release: () => {
        if (element.srcObject === stream) element.srcObject = null;
      },
    };
    this.#elements.set(element, playing);
    return playing;
  }

  async #play(element: HTMLMediaElement): Promise<TureenError | null> {
    try {
      await element.play();
      this.#blocked.delete(element);
      return null;
    } catch (cause) {
      const name = cause instanceof Error || cause instanceof DOMException ? cause.name : '';
      // A new track in the element interrupts the play before it, which the next one takes up.
      if (name !== 'NotAllowedError') {
        this.#logger.debug('play() was interrupted', cause);
        return null;
      }
      const error = new TureenError('permissionDenied', 'the browser plays nothing before a user gesture', {
        hint: 'call room.startPlayback() from a click',
        cause,
      });
      const isNews = !this.#blocked.has(element);
      this.#blocked.add(element);
      if (isNews)
        for (const handlers of [...(this.#elements.get(element)?.handlers.values() ?? [])].slice(0, 1))
          handlers.onBlocked(error);
      return error;
    }
  }

  #detach(element: HTMLMediaElement, track: MediaStreamTrack): void {
    const playing = this.#elements.get(element);
    if (playing?.handlers.delete(track) !== true) return;
    playing.stream.removeTrack(track);
    if (playing.handlers.size > 0) return;
    this.#elements.delete(element);
    this.#blocked.delete(element);
    playing.release();
  }
}

/** Calls `fn` once when the element shows its first frame, or plays, with that track in it. */
function onFirstFrame(element: HTMLMediaElement, track: MediaStreamTrack, fn: () => void): () => void {
  const video = element as Partial<HTMLVideoElement>;
  if (track.kind === 'video' && typeof video.requestVideoFrameCallback === 'function') {
    const handle = video.requestVideoFrameCallback.call(element as HTMLVideoElement, fn);
    return () => video.cancelVideoFrameCallback?.call(element as HTMLVideoElement, handle);
  }
  if (!element.paused && element.readyState >= 3) {
    let isWanted = true;
    queueMicrotask(() => {
      if (isWanted) fn();
    });
    return () => {
      isWanted = false;
    };
  }
  element.addEventListener('playing', fn, { once: true });
  return () => {
    element.removeEventListener('playing', fn);
  };
}
