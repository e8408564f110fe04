import { type LeaveReason, type Room, type RoomEvents, roomEventNames } from '@tureen/client';
import { deviceNews } from '../logic/deviceTexts.ts';
import { TraceLog } from '../logic/TraceLog.ts';
import { Changes } from '../ui/Changes.ts';
import { Chat } from './Chat.ts';
import { LocalMedia } from './LocalMedia.ts';
import type { Notify } from './Notify.ts';
import { Speakers } from './Speakers.ts';

export interface MediaWishes {
  readonly microphone: boolean;
  readonly camera: boolean;
}

/** Events after which something on the page may look different. */
/** After these the page shows the lobby. */
const ending: readonly (keyof RoomEvents)[] = ['left', 'roomClosed'];
const visibleEvents = roomEventNames.filter((name) => !name.endsWith('Stats') && !ending.includes(name));

/** One stay in a room, with everything that the panels show of it. */
export class Call {
  readonly room: Room;
  readonly changes = new Changes();
  /** Apart from the rest: a busy wire does not redraw the stage. */
  readonly traceChanges = new Changes();
  readonly trace = new TraceLog({ onChange: this.traceChanges.notify });
  readonly chat: Chat;
  readonly media: LocalMedia;
  readonly speakers: Speakers;
  /** Details of the attempt under way while the room is reconnecting. */
  reconnecting: RoomEvents['reconnecting'] | null = null;
  /** Directions whose media does not get through and is being repaired. */
  readonly repairing = new Set<RoomEvents['transportRecovering']['direction']>();
  readonly #notify: Notify;
  readonly #onEnded: (reason: LeaveReason, text?: string) => void;
  /** Elements that the browser does not let play yet. */
  readonly #blocked = new Set<HTMLMediaElement>();

  constructor(room: Room, notify: Notify, onEnded: (reason: LeaveReason, text?: string) => void) {
    this.room = room;
    this.#notify = notify;
    this.#onEnded = onEnded;
    this.chat = new Chat(room, notify, this.changes.notify);
    this.media = new LocalMedia(room, notify, this.changes.notify);
    this.speakers = new Speakers(room, this.changes.notify);
    room.trace((entry) => {
      this.trace.add(entry);
    });
    for (const event of visibleEvents) room.on(event, this.changes.notify);
    this.#listen();
  }

  /** Rejects as `room.join()` does. */
  async join(displayName: string): Promise<void> {
    await this.room.join({ displayName });
    this.chat.prepare();
  }

  /** After the join, and each on its own: a call without them is a call. */
  startMedia({ microphone, camera }: MediaWishes): void {
    if (microphone) void this.media.set('microphone', true);
    if (camera) void this.media.set('camera', true);
  }

  /** The browser wants a click before it plays, or something paused what it played. */
  get isPlaybackBlocked(): boolean {
    return [...this.#blocked].some((element) => element.isConnected);
  }

  async startPlayback(): Promise<void> {
    try {
      await this.room.startPlayback();
      this.#blocked.clear();
    } catch (error) {
      this.#notify.error(error, 'The sound could not be turned on');
    }
    this.changes.notify();
  }

  #listen(): void {
    const { room } = this;
    room.on('newPeer', ({ peer, existing }) => {
      if (!existing) this.#notify.info(`${peer.displayName} joined`);
    });
    room.on('peerClosed', ({ peer }) => {
      if (room.state === 'joined') this.#notify.info(`${peer.displayName} left`);
    });
    room.on('reconnecting', (details) => {
      this.reconnecting = details;
    });
    room.on('reconnected', () => {
      this.reconnecting = null;
      this.#notify.info('Back in the room');
    });
    room.on('transportRecovering', ({ direction }) => {
      this.repairing.add(direction);
    });
    room.on('transportRecovered', ({ direction }) => {
      this.repairing.delete(direction);
    });
    const handleSilent = ({ element }: { readonly element: HTMLMediaElement }) => {
      this.#blocked.add(element);
      // It may come to play by itself: a click anywhere, or a picture without sound beside it, can be enough.
      element.addEventListener(
        'playing',
        () => {
          if (this.#blocked.delete(element)) this.changes.notify();
        },
        { once: true },
      );
      this.changes.notify();
    };
    room.on('playbackBlocked', handleSilent);
    room.on('playbackPaused', handleSilent);
    room.on('producerDeviceChanged', ({ producer, label, reason }) => {
      const text = deviceNews(producer.source, label, reason);
      if (text !== null) this.#notify.info(text);
    });
    room.on('consumerUnsupported', ({ peer, kind }) => {
      this.#notify.info(`This browser cannot play the ${kind} of ${peer.displayName}`);
    });
    room.on('transportClosed', ({ direction }) => {
      this.#notify.info(`The server interrupted ${direction === 'send' ? 'your' : 'the others’'} sound and picture`);
    });
    room.on('requestFailed', ({ error }) => {
      this.#notify.error(error, 'A part of the meeting did not work');
    });
    room.on('listenerError', ({ error }) => {
      this.#notify.error(error, 'The page could not show a change');
    });
    room.on('left', ({ reason, detail }) => {
      this.repairing.clear();
      this.#onEnded(reason, detail);
    });
  }
}
