import { TureenError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { onFirstFrame } from './firstFrame.ts';

export interface AttachmentHandlers {
  /** The first frame was shown, or the first sound played. Once per track. */
  onPlaying(element: HTMLMediaElement): void;
  /**
   * The browser wants a user gesture first; `startPlayback()` in one plays it. Reported to one of the attachments of an element,
   * once until it plays.
   */
  onBlocked(element: HTMLMediaElement, error: TureenError): void;
  /** Something outside the SDK paused the element. Reported to one of the attachments of an element. */
  onPaused(element: HTMLMediaElement): void;
}

/** One track in one element. */
export interface Attachment {
  /** Plays the element, even after another pause or stream. */
  play(): void;
  /** Replaces the track. An element that something outside the SDK paused stays paused. */
  setTrack(track: MediaStreamTrack): void;
  /** Takes the track out; the element keeps the others'. Idempotent. */
  detach(): void;
}

interface Entry extends Attachment {
  track: MediaStreamTrack;
  readonly handlers: AttachmentHandlers;
}

interface Player {
  readonly element: HTMLMediaElement;
  readonly stream: MediaStream;
  readonly attachments: Set<Entry>;
  /** Why it does not play: the browser wants a gesture, something outside the SDK paused it, or it left its document. */
  hold: 'blocked' | 'paused' | 'detached' | null;
  /** The document or shadow root that the element was in when it last played; null: none. */
  root: Node | null;
  readonly handle: (event: Event) => void;
}

/** `HTMLMediaElement.HAVE_CURRENT_DATA` */
const haveCurrentData = 2;

/** Events of an element that change whether it plays, beside those of its first frame. */
const watched = ['pause', 'playing', 'emptied', 'leavepictureinpicture'];

/**
 * Plays tracks in the page's elements, and watches that they keep playing. Never mutes an element to get it played: Chromium
 * then stops measuring the sound.
 */
export class PlaybackGate {
  readonly #logger: Logger;
  readonly #players = new Map<HTMLMediaElement, Player>();
  /** Observes the page only while an element is detached, as every change of the page costs time then. */
  #observer: MutationObserver | undefined;

  constructor(options: { logger: Logger }) {
    this.#logger = options.logger;
  }

  /** Plays the track in the element, with the sound of all others that are in it, in sync. The picture is the last one attached. */
  attach(track: MediaStreamTrack, element: HTMLMediaElement, handlers: AttachmentHandlers): Attachment {
    const player = this.#players.get(element) ?? this.#open(element);
    let cancelFirstFrame = () => {};
    const show = (shown: MediaStreamTrack) => {
      entry.track = shown;
      fill(player);
      cancelFirstFrame();
      cancelFirstFrame = onFirstFrame(element, shown.kind, () => {
        handlers.onPlaying(element);
      });
    };
    const entry: Entry = {
      track,
      handlers,
      play: () => {
        // The app may have put something else there.
        if (element.srcObject !== player.stream) element.srcObject = player.stream;
        void this.#play(player);
      },
      setTrack: (other) => {
        show(other);
        if (player.hold === null || (player.hold === 'blocked' && !hasLeft(player))) void this.#play(player);
      },
      detach: () => {
        cancelFirstFrame();
        this.#detach(player, entry);
      },
    };
    player.attachments.add(entry);
    show(track);
    entry.play();
    return entry;
  }

  /**
   * Plays every element that is blocked or paused, but for those that left the document; call it in a click. TureenError
   * `permissionDenied` if the browser still refuses.
   */
  async startPlayback(): Promise<void> {
    const silent = [...this.#players.values()].filter(
      (player) => player.element.paused && player.element.srcObject === player.stream && !hasLeft(player),
    );
    const results = await Promise.all(
      silent.map(async (player) => {
        const played = this.#play(player);
        const { paused, readyState } = player.element;
        // An element that may play waits for data, which may never arrive: a disabled camera.
        return paused || readyState >= haveCurrentData ? played : null;
      }),
    );
    const refusal = results.find((result) => result !== null);
    if (refusal !== undefined) throw refusal;
  }

  /** Lets go of every element. */
  close(): void {
    for (const { attachments } of [...this.#players.values()])
      for (const attachment of [...attachments]) attachment.detach();
  }

  #open(element: HTMLMediaElement): Player {
    const player: Player = {
      element,
      stream: new MediaStream(),
      attachments: new Set(),
      hold: null,
      root: null,
      handle: ({ type }) => {
        this.#handle(player, type);
      },
    };
    element.autoplay = true;
    // Without it iOS plays video full screen.
    element.setAttribute('playsinline', '');
    element.srcObject = player.stream;
    this.#players.set(element, player);
    for (const type of watched) element.addEventListener(type, player.handle);
    return player;
  }

  #handle(player: Player, type: string): void {
    const { element, stream, root } = player;
    // What the app plays there instead is its own.
    if (element.srcObject !== stream) return;
    if (type === 'playing') noteStart(player);
    // After `load()`. Who closes the little window of a call does not want to lose the picture in the page.
    else if (type !== 'pause') void this.#play(player);
    // An element whose tracks have all ended is paused too: it waits for the next ones.
    else if (element.paused && !element.ended) {
      if (!hasLeft(player) || root === null) {
        player.hold = 'paused';
        const [first] = player.attachments;
        first?.handlers.onPaused(element);
        return;
      }
      // Browsers pause an element that is removed from its document, and do not play it when it returns.
      player.hold = 'detached';
      this.#observer ??= new MutationObserver(() => {
        for (const one of this.#players.values())
          if (one.hold === 'detached' && one.element.isConnected) void this.#play(one);
      });
      for (const node of [document, root]) this.#observer.observe(node, { childList: true, subtree: true });
    }
  }

  /** Null when the element plays, or is no longer attached. */
  async #play(player: Player): Promise<TureenError | null> {
    const { element } = player;
    if (player.hold !== 'blocked') noteStart(player);
    this.#rest();
    try {
      await element.play();
      if (player.hold === 'blocked') player.hold = null;
      return null;
    } catch (cause) {
      if (this.#players.get(element) !== player) return null;
      const name = cause instanceof Error ? cause.name : '';
      if (name !== 'NotAllowedError') {
        // A new track interrupts the earlier play, and the next play replaces it.
        if (name !== 'AbortError') this.#logger.warn('an element does not play', cause);
        return null;
      }
      const error = new TureenError('permissionDenied', 'the browser plays nothing before a user gesture', {
        hint: 'Call room.startPlayback() in a click.',
        cause,
      });
      if (player.hold !== 'blocked') {
        player.hold = 'blocked';
        const [first] = player.attachments;
        first?.handlers.onBlocked(element, error);
      }
      return error;
    }
  }

  #detach(player: Player, entry: Entry): void {
    const { element, attachments, stream } = player;
    if (!attachments.delete(entry)) return;
    fill(player);
    if (attachments.size > 0) return;
    for (const type of watched) element.removeEventListener(type, player.handle);
    this.#players.delete(element);
    this.#rest();
    // Unless the app has put something else there.
    if (element.srcObject === stream) element.srcObject = null;
  }

  /** Stops observing once no element is detached. */
  #rest(): void {
    if (![...this.#players.values()].some(({ hold }) => hold === 'detached')) this.#observer?.disconnect();
  }
}

/** An element shows one picture: the one attached last. */
function fill({ element, stream, attachments }: Player): void {
  const wanted = new Map<unknown, MediaStreamTrack>();
  for (const { track } of attachments) wanted.set(track.kind === 'video' ? 'video' : track, track);
  const tracks = new Set(wanted.values());
  // Adds new tracks first: an element without tracks would drop its stream, and load again.
  for (const track of tracks) stream.addTrack(track);
  let isSwapped = false;
  for (const track of stream.getTracks()) {
    if (tracks.has(track)) continue;
    stream.removeTrack(track);
    isSwapped ||= track.kind === 'video' && track.readyState === 'live' && wanted.has('video');
  }
  // Firefox shows the removed video, and no other, until the element loads again.
  if (isSwapped && element.srcObject === stream) element.srcObject = stream;
}

/** True of an element outside the document that it was in. */
function hasLeft({ element, root }: Player): boolean {
  return root !== null && !element.isConnected;
}

function noteStart(player: Player): void {
  player.hold = null;
  if (player.element.isConnected) player.root = player.element.getRootNode();
}
