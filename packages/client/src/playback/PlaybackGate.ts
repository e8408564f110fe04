import { TureenError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { onFirstFrame } from './firstFrame.ts';
import { ReturnWatch } from './ReturnWatch.ts';

export interface AttachmentHandlers {
  /** The first frame was shown, or the first sound played. Once per track. */
  onPlaying(): void;
  /**
   * The browser wants a user gesture first; `startPlayback()` in one plays it. Told to one of the attachments of an element,
   * once until it plays.
   */
  onBlocked(error: TureenError): void;
  /** Something outside the SDK paused the element. Told to one of the attachments of an element. */
  onPaused(): void;
}

/** One track in one element. */
export interface Attachment {
  /** Plays the element, whoever paused it or put something else into it. */
  play(): void;
  /** Replaces the track. An element that was paused from outside stays paused. */
  setTrack(track: MediaStreamTrack): void;
  /** Takes the track out; the element keeps the others'. Idempotent. */
  detach(): void;
}

interface Entry {
  track: MediaStreamTrack;
  readonly handlers: AttachmentHandlers;
  cancelFirstFrame: () => void;
}

interface Player {
  readonly stream: MediaStream;
  readonly attachments: Map<Attachment, Entry>;
  /** Something outside the SDK paused the element. */
  isHeld: boolean;
  /** The document or shadow root that the element was in when it last played; null: none. */
  root: Node | null;
  readonly unwatch: () => void;
}

/** Events of an element that change whether it plays, beside those of its first frame. */
const watched = ['pause', 'playing', 'emptied', 'leavepictureinpicture'];

/**
 * Plays tracks in the page's elements, watches that they keep playing, and remembers those that the browser will not play
 * without a gesture. Never mutes an element to get it played: Chromium then stops measuring the sound.
 */
export class PlaybackGate {
  readonly #logger: Logger;
  readonly #players = new Map<HTMLMediaElement, Player>();
  readonly #blocked = new Set<HTMLMediaElement>();
  /** Elements that left their document while they played: browsers pause those, and play none that returns. */
  readonly #away = new ReturnWatch((element) => {
    void this.#play(element);
  });

  constructor(options: { logger: Logger }) {
    this.#logger = options.logger;
  }

  /** The elements that wait for a gesture. */
  get blocked(): ReadonlySet<HTMLMediaElement> {
    return this.#blocked;
  }

  /** Plays the track in the element, with the sound of all others that are in it, in sync. The picture is the last one attached. */
  attach(track: MediaStreamTrack, element: HTMLMediaElement, handlers: AttachmentHandlers): Attachment {
    const player = this.#players.get(element) ?? this.#open(element);
    const entry: Entry = { track, handlers, cancelFirstFrame: () => {} };
    const watchFirstFrame = () => {
      entry.cancelFirstFrame();
      entry.cancelFirstFrame = onFirstFrame(element, entry.track.kind, () => {
        handlers.onPlaying();
      });
    };
    const attachment: Attachment = {
      play: () => {
        // The app may have put something else there.
        if (element.srcObject !== player.stream) element.srcObject = player.stream;
        void this.#play(element);
      },
      setTrack: (other) => {
        entry.track = other;
        fill(element, player);
        watchFirstFrame();
        if (!player.isHeld && !this.#away.has(element)) void this.#play(element);
      },
      detach: () => {
        entry.cancelFirstFrame();
        this.#detach(element, player, attachment);
      },
    };
    player.attachments.set(attachment, entry);
    fill(element, player);
    watchFirstFrame();
    attachment.play();
    return attachment;
  }

  /**
   * Plays every element that is blocked or paused, but for those outside the document; call it in a click. TureenError
   * `permissionDenied` if the browser still refuses.
   */
  async startPlayback(): Promise<void> {
    const plays = [...this.#players].flatMap(([element, { stream }]) => {
      const isOurs = element.srcObject === stream && (element.isConnected || !this.#away.has(element));
      return isOurs && element.paused ? [this.#play(element)] : [];
    });
    const refusal = (await Promise.all(plays)).find((result) => result !== null);
    if (refusal !== undefined) throw refusal;
  }

  /** Lets go of every element. */
  close(): void {
    for (const { attachments } of [...this.#players.values()])
      for (const attachment of [...attachments.keys()]) attachment.detach();
  }

  #open(element: HTMLMediaElement): Player {
    const handle = ({ type }: Event) => {
      this.#handle(type, element);
    };
    const player: Player = {
      stream: new MediaStream(),
      attachments: new Map(),
      isHeld: false,
      root: null,
      unwatch: () => {
        for (const type of watched) element.removeEventListener(type, handle);
      },
    };
    element.autoplay = true;
    // Without it iOS plays video full screen.
    element.setAttribute('playsinline', '');
    element.srcObject = player.stream;
    this.#players.set(element, player);
    for (const type of watched) element.addEventListener(type, handle);
    return player;
  }

  #handle(type: string, element: HTMLMediaElement): void {
    const player = this.#players.get(element);
    // What the app plays there instead is its own.
    if (player === undefined || element.srcObject !== player.stream) return;
    if (type === 'playing') {
      player.isHeld = false;
      noteRoot(player, element);
    }
    // After `load()`; and who closes the little window of a call does not want to lose the picture in the page.
    else if (type !== 'pause') void this.#play(element);
    else if (element.paused) {
      const isAway = !element.isConnected;
      if (isAway) this.#away.add(element, player.root);
      if (isAway && player.root !== null) return;
      player.isHeld = true;
      const [first] = player.attachments.values();
      first?.handlers.onPaused();
    }
  }

  /** Null when it plays, or when it is no longer for us to say. */
  async #play(element: HTMLMediaElement): Promise<TureenError | null> {
    const player = this.#players.get(element);
    if (player === undefined) return null;
    player.isHeld = false;
    this.#away.delete(element);
    noteRoot(player, element);
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
    if (!player.attachments.delete(attachment)) return;
    fill(element, player);
    if (player.attachments.size > 0) return;
    player.unwatch();
    this.#players.delete(element);
    this.#blocked.delete(element);
    this.#away.delete(element);
    // Unless the app has put something else there.
    if (element.srcObject === player.stream) element.srcObject = null;
  }
}

/** An element shows one picture: the one attached last. */
function fill(element: HTMLMediaElement, { stream, attachments }: Player): void {
  const wanted = new Map<unknown, MediaStreamTrack>();
  for (const { track } of attachments.values()) wanted.set(track.kind === 'video' ? 'video' : track, track);
  const tracks = new Set(wanted.values());
  // The new ones first: an element without a track would let go of its stream, and load anew.
  for (const track of tracks) stream.addTrack(track);
  let isSwapped = false;
  for (const track of stream.getTracks()) {
    if (tracks.has(track)) continue;
    stream.removeTrack(track);
    isSwapped ||= track.kind === 'video' && track.readyState === 'live' && wanted.has('video');
  }
  // Firefox shows the picture that was taken out, and no other, until the element loads again.
  if (isSwapped && element.srcObject === stream) element.srcObject = stream;
}

function noteRoot(player: Player, element: HTMLMediaElement): void {
  if (element.isConnected) player.root = element.getRootNode();
}
