import { TureenError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { onFirstFrame } from './firstFrame.ts';

export interface AttachmentHandlers {
  /** The element shows the first frame, or plays the first sound. Called once per track. */
  onPlaying(element: HTMLMediaElement): void;
  /**
   * The browser requires a user gesture; call `startPlayback()` in one. Called for one attachment of the element, once until it
   * plays.
   */
  onBlocked(element: HTMLMediaElement, error: TureenError): void;
  /** Something outside the SDK paused the element. Called for one attachment of the element. */
  onPaused(element: HTMLMediaElement): void;
}

/** Track in an element. */
export interface Attachment {
  /** Plays the element, even after a pause or in place of another stream. */
  play(): void;
  /** Replaces the track. An element that something outside the SDK paused stays paused. */
  setTrack(track: MediaStreamTrack): void;
  /** Removes the track. The element keeps its other tracks. Idempotent. */
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
  /**
   * Why the element does not play: the browser requires a gesture, something outside the SDK paused it, or it left its document.
   */
  hold: 'blocked' | 'paused' | 'detached' | null;
  /** Document or shadow root that the element was in when it last played. Null: none. */
  root: Node | null;
  readonly handle: (event: Event) => void;
}

/** `HTMLMediaElement.HAVE_CURRENT_DATA` */
const haveCurrentData = 2;

/** Events of an element that change whether it plays, in addition to those of its first frame. */
const watched = ['pause', 'playing', 'emptied', 'leavepictureinpicture'];

/**
 * Plays tracks in elements of the page, and keeps them playing. Never mutes an element to make it play: Chromium then stops
 * measuring the sound.
 */
export class PlaybackGate {
  readonly #logger: Logger;
  readonly #players = new Map<HTMLMediaElement, Player>();
  /** Observes the page only while an element is detached: meanwhile each change of the page takes time. */
  #observer: MutationObserver | undefined;

  constructor(options: { logger: Logger }) {
    this.#logger = options.logger;
  }

  /**
   * Plays the track in the element, in sync with the sound of the other tracks there. The element shows the picture attached
   * last.
   */
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
        // The app may have set another stream.
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
   * Plays each element that is paused, except those that left the document. Requires a click. Rejects with `permissionDenied`
   * if the browser still refuses.
   */
  async startPlayback(): Promise<void> {
    const silent = [...this.#players.values()].filter(
      (player) => player.element.paused && player.element.srcObject === player.stream && !hasLeft(player),
    );
    const results = await Promise.all(
      silent.map(async (player) => {
        const played = this.#play(player);
        const { paused, readyState } = player.element;
        // An element that may play waits for data, which may never arrive, e.g. from a disabled camera.
        return paused || readyState >= haveCurrentData ? played : null;
      }),
    );
    const refusal = results.find((result) => result !== null);
    if (refusal !== undefined) throw refusal;
  }

  /** Detaches all elements. */
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
    // Without this attribute iOS plays video in full screen.
    element.setAttribute('playsinline', '');
    element.srcObject = player.stream;
    this.#players.set(element, player);
    for (const type of watched) element.addEventListener(type, player.handle);
    return player;
  }

  #handle(player: Player, type: string): void {
    const { element, stream, root } = player;
    // The app plays another stream there.
    if (element.srcObject !== stream) return;
    if (type === 'playing') noteStart(player);
    // The app called `load()`, or the user closed picture-in-picture: the page continues to show the picture.
    else if (type !== 'pause') void this.#play(player);
    // Browsers also pause an element whose tracks have all ended. It waits for the next tracks.
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

  /** Plays the element. Null when it plays, or is no longer attached. */
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
        if (name !== 'AbortError') this.#logger.warn('failed to play an element', cause);
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
    // The app may have set another stream.
    if (element.srcObject === stream) element.srcObject = null;
  }

  /** Stops observing once no element is detached. */
  #rest(): void {
    if (![...this.#players.values()].some(({ hold }) => hold === 'detached')) this.#observer?.disconnect();
  }
}

/** Shows the picture that was attached last: an element shows only one. */
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
  // Firefox shows only the removed video until the element loads again.
  if (isSwapped && element.srcObject === stream) element.srcObject = stream;
}

/** Returns whether the element is outside the document that it was in. */
function hasLeft({ element, root }: Player): boolean {
  return root !== null && !element.isConnected;
}

function noteStart(player: Player): void {
  player.hold = null;
  if (player.element.isConnected) player.root = player.element.getRootNode();
}
