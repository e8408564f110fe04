import type { Attachment, PlaybackGate } from '../playback/PlaybackGate.ts';
import type { TureenError } from '../shared/errors.ts';

export interface AttachmentsHandlers {
  onPlaying(element: HTMLMediaElement): void;
  onBlocked(element: HTMLMediaElement, error: TureenError): void;
  onPaused(element: HTMLMediaElement): void;
}

/** The elements that one consumer is played in. They outlive its track: a new track takes the place of the old one. */
export class Attachments {
  readonly #gate: PlaybackGate;
  readonly #handlers: AttachmentsHandlers;
  readonly #elements = new Map<HTMLMediaElement, Attachment | null>();

  constructor(gate: PlaybackGate, handlers: AttachmentsHandlers) {
    this.#gate = gate;
    this.#handlers = handlers;
  }

  /** Plays `track` in that element; null: as soon as there is one. */
  add(element: HTMLMediaElement, track: MediaStreamTrack | null): void {
    const attachment = this.#elements.get(element);
    if (attachment) attachment.play();
    else this.#elements.set(element, track === null ? null : this.#attach(element, track));
  }

  setTrack(track: MediaStreamTrack): void {
    for (const [element, attachment] of this.#elements) {
      if (attachment === null) this.#elements.set(element, this.#attach(element, track));
      else attachment.setTrack(track);
    }
  }

  /** Out of one element, or of all. */
  remove(element?: HTMLMediaElement): void {
    for (const [one, attachment] of [...this.#elements]) {
      if (element !== undefined && one !== element) continue;
      attachment?.detach();
      this.#elements.delete(one);
    }
  }

  #attach(element: HTMLMediaElement, track: MediaStreamTrack): Attachment {
    return this.#gate.attach(track, element, {
      onPlaying: () => {
        this.#handlers.onPlaying(element);
      },
      onBlocked: (error) => {
        this.#handlers.onBlocked(element, error);
      },
      onPaused: () => {
        this.#handlers.onPaused(element);
      },
    });
  }
}
