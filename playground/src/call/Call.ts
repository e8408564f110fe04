import { type LeaveReason, type Room, type RoomEvents, roomEventNames } from '@tureen/client';
import { deviceChangeText } from '../logic/deviceTexts.ts';
import { TraceLog } from '../logic/TraceLog.ts';
import { Changes } from '../ui/Changes.ts';
import { Chat } from './Chat.ts';
import { LocalMedia } from './LocalMedia.ts';
import type { Notify } from './Notify.ts';
import { Speakers } from './Speakers.ts';

export interface MediaChoices {
  readonly microphone: boolean;
  readonly camera: boolean;
}

/** Events that take the page out of the meeting. They cause no redraw. */
const ending: readonly (keyof RoomEvents)[] = ['left', 'roomClosed'];
const visibleEvents = roomEventNames.filter((name) => !name.endsWith('Stats') && !ending.includes(name));

/** One session in a room, with the state that the panels show. */
export class Call {
  readonly room: Room;
  readonly changes = new Changes();
  /** Separate from `changes`, so that frequent messages do not redraw the stage. */
  readonly traceChanges = new Changes();
  readonly trace = new TraceLog({ onChange: this.traceChanges.notify });
  readonly chat: Chat;
  readonly media: LocalMedia;
  readonly speakers: Speakers;
  /** Details of the current reconnect attempt. Null unless the room is reconnecting. */
  reconnecting: RoomEvents['reconnecting'] | null = null;
  /** Directions whose media is interrupted and in recovery. */
  readonly repairing = new Set<RoomEvents['transportRecovering']['direction']>();
  readonly #notify: Notify;
  readonly #onEnded: (reason: LeaveReason, text?: string) => void;
  /** Elements that the browser blocks or has paused. */
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

  /** Joins the room. Rejects as `room.join()` does. */
  async join(displayName: string): Promise<void> {
    await this.room.join({ displayName });
    this.chat.prepare();
  }

  /** Turns on microphone and camera separately after the join, so that a failure of either leaves the call intact. */
  startMedia({ microphone, camera }: MediaChoices): void {
    if (microphone) void this.media.set('microphone', true);
    if (camera) void this.media.set('camera', true);
  }

  /** True while the browser requires a click before playback, or after something paused an element. */
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
      this.#notify.info('Reconnected');
    });
    room.on('transportRecovering', ({ direction }) => {
      this.repairing.add(direction);
    });
    room.on('transportRecovered', ({ direction }) => {
      this.repairing.delete(direction);
    });
    const handleSilent = ({ element }: { readonly element: HTMLMediaElement }) => {
      this.#blocked.add(element);
      // Playback may start without `startPlayback()`: a click on the page or muted playback can be enough.
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
      const text = deviceChangeText(producer.source, label, reason);
      if (text !== null) this.#notify.info(text);
    });
    room.on('consumerUnsupported', ({ peer, kind }) => {
      this.#notify.info(`This browser cannot play ${peer.displayName}’s ${kind}`);
    });
    room.on('transportClosed', ({ direction }) => {
      this.#notify.info(`The server interrupted ${direction === 'send' ? 'your' : 'the others’'} audio and video`);
    });
    room.on('requestFailed', ({ error }) => {
      this.#notify.error(error, 'Something failed in the call');
    });
    room.on('listenerError', ({ error }) => {
      this.#notify.error(error, 'The page could not be updated');
    });
    room.on('left', ({ reason, detail }) => {
      this.repairing.clear();
      this.#onEnded(reason, detail);
    });
  }
}
