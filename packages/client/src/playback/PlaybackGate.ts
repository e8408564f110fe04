import { TureenError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { onFirstFrame } from './firstFrame.ts';

export interface AttachmentHandlers {
  /** The first frame was shown, or the first sound played. Once per attachment. */
  onPlaying(): void;
  /**
   * The browser wants a user gesture first; `startPlayback()` in one plays it. Told to one of the attachments of an element,
   * once until it plays.
   */
  onBlocked(error: TureenError): void;
}

/** One track in one element. */
export interface Attachment {
  /** Takes the track out; the element keeps the others'. Idempotent. */
  detach(): void;
}

interface Player {
  readonly stream: MediaStream;
  readonly attachments: Map<Attachment, { readonly track: MediaStreamTrack; readonly handlers: AttachmentHandlers }>;
}

/**
 * Plays tracks in the page's elements, and remembers those that the browser will not play without a gesture. Never mutes an
 * element to get it played: Chromium then stops measuring the sound, and nobody would hear it.
 */
export class PlaybackGate {
  readonly #logger: Logger;
  readonly #players = new Map<HTMLMediaElement, Player>();
  readonly #blocked = new Set<HTMLMediaElement>();

  constructor(options: { logger: Logger }) {
    this.#logger = options.logger;
  }

  /** The elements that wait for a gesture. */
  get blocked(): ReadonlySet<HTMLMediaElement> {
    return this.#blocked;
  }

  /** Plays the track in the element, together with the others that are in it: one stream, in sync. */
  attach(track: MediaStreamTrack, element: HTMLMediaElement, handlers: AttachmentHandlers): Attachment {
    const player = this.#players.get(element) ?? this.#open(element);
    const attachment: Attachment = { detach: () => {} };
    player.attachments.set(attachment, { track, handlers });
    player.stream.addTrack(track);
    const cancelFirstFrame = onFirstFrame(element, track.kind, () => {
      handlers.onPlaying();
    });
    attachment.detach = () => {
      cancelFirstFrame();
      this.#detach(element, player, attachment);
    };
    void this.#play(element, player);
    return attachment;
  }

  /** Plays all that was blocked; call it in a click. TureenError `permissionDenied` if the browser still refuses. */
  async startPlayback(): Promise<void> {
    const players = [...this.#blocked].flatMap((element) => {
      const player = this.#players.get(element);
      return player === undefined ? [] : [this.#play(element, player)];
    });
    const refusal = (await Promise.all(players)).find((result) => result !== null);
    if (refusal !== undefined) throw refusal;
  }

  /** Lets go of every element. */
  close(): void {
    for (const { attachments } of [...this.#players.values()])
      for (const attachment of [...attachments.keys()]) attachment.detach();
  }

  #open(element: HTMLMediaElement): Player {
    const player: Player = { stream: new MediaStream(), attachments: new Map() };
    element.autoplay = true;
    // Without it iOS plays video full screen.
    element.setAttribute('playsinline', '');
    element.srcObject = player.stream;
    this.#players.set(element, player);
    return player;
  }

  /** Null when it plays, or when it is no longer for us to say. */
  async #play(element: HTMLMediaElement, player: Player): Promise<TureenError | null> {
    const isOurs = () => this.#players.get(element) === player;
    try {
      await element.play();
      if (isOurs()) this.#blocked.delete(element);
      return null;
    } catch (cause) {
      if (!isOurs()) return null;
      const name = cause instanceof Error ? cause.name : '';
      if (name !== 'NotAllowedError') {
        // A new track in the element interrupts the play before it, which the next one takes up.
        if (name !== 'AbortError') this.#logger.warn('an element does not play', cause);
        return null;
      }
      const error = new TureenError('permissionDenied', 'the browser plays nothing before a user gesture', {
        hint: 'Call room.startPlayback() in a click.',
        cause,
      });
      if (!this.#blocked.has(element)) {
        this.#blocked.add(element);
        const [first] = player.attachments.values();
        first?.handlers.onBlocked(error);
      }
      return error;
    }
  }

  #detach(element: HTMLMediaElement, player: Player, attachment: Attachment): void {
    const track = player.attachments.get(attachment)?.track;
    if (track === undefined) return;
    player.attachments.delete(attachment);
    const isShared = [...player.attachments.values()].some((other) => other.track === track);
    if (!isShared) player.stream.removeTrack(track);
    if (player.attachments.size > 0) return;
    this.#players.delete(element);
    this.#blocked.delete(element);
    // Unless the app has put something else there.
    if (element.srcObject === player.stream) element.srcObject = null;
  }
}
