import type { Attachment, AttachmentHandlers, PlaybackGate } from '../../playback/PlaybackGate.ts';

/** Elements that play one consumer. They stay attached when the consumer gets another track. */
export class Attachments {
  readonly #gate: PlaybackGate;
  readonly #handlers: AttachmentHandlers;
  readonly #elements = new Map<HTMLMediaElement, Attachment | null>();

  constructor(gate: PlaybackGate, handlers: AttachmentHandlers) {
    this.#gate = gate;
    this.#handlers = handlers;
  }

  /** Plays `track` in the element. Null: as soon as there is a track. An element that has the track already plays again. */
  add(element: HTMLMediaElement, track: MediaStreamTrack | null): void {
    const attachment = this.#elements.get(element);
    if (attachment) attachment.play();
    else this.#elements.set(element, track && this.#gate.attach(track, element, this.#handlers));
  }

  setTrack(track: MediaStreamTrack): void {
    for (const [element, attachment] of this.#elements) {
      if (attachment === null) this.add(element, track);
      else attachment.setTrack(track);
    }
  }

  /** Detaches from one element, or from all. */
  remove(element?: HTMLMediaElement): void {
    for (const [one, attachment] of [...this.#elements]) {
      if (element !== undefined && one !== element) continue;
      attachment?.detach();
      this.#elements.delete(one);
    }
  }
}
