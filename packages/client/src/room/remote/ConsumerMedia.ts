import type { MediaConsumer } from '../../media/MediaEngine.ts';
import { TureenError } from '../../shared/errors.ts';
import { Attachments } from './Attachments.ts';
import type { ConsumeSettings, DialectSession } from '../DialectPort.ts';
import type { ConsumerOffer } from '../entityInfo.ts';
import type { RoomContext } from '../RoomContext.ts';

export interface ConsumerMediaOptions {
  readonly context: RoomContext;
  readonly offer: ConsumerOffer;
  /** Returns the settings to consume with. */
  readonly initialSettings: () => ConsumeSettings;
  /** The element shows its first frame, or plays its first sound. */
  readonly onPlaying: (element: HTMLMediaElement) => void;
  readonly onBlocked: (element: HTMLMediaElement, error: TureenError) => void;
  readonly onElementPaused: (element: HTMLMediaElement) => void;
  /** The consumer received its track, or another track after a reconnect. `settings`: those of the request. */
  readonly onTrack: (track: MediaStreamTrack, session: DialectSession, settings: ConsumeSettings) => void;
}

/** Media of one consumer: subscribes to the server's offer, and plays the track in the attached elements. */
export class ConsumerMedia {
  readonly #options: ConsumerMediaOptions;
  readonly #attachments: Attachments;
  /** The server's last offer. A subscription to an earlier offer is discarded. */
  offer: ConsumerOffer;
  #media: MediaConsumer | null = null;
  #subscribing: { readonly offer: ConsumerOffer; readonly done: Promise<void> } | null = null;
  #isClosed = false;

  constructor(options: ConsumerMediaOptions) {
    this.#options = options;
    this.offer = options.offer;
    this.#attachments = new Attachments(options.context.playback, {
      onPlaying: options.onPlaying,
      onBlocked: options.onBlocked,
      onPaused: options.onElementPaused,
    });
  }

  get track(): MediaStreamTrack | null {
    return this.#media?.track ?? null;
  }

  get rtpReceiver(): RTCRtpReceiver | undefined {
    return this.#media?.rtpReceiver;
  }

  /** Whether the track ended with its transport. */
  get isLost(): boolean {
    return this.#media?.closed === true;
  }

  /** Resolves when the track is received. Calls for the same offer share one request. */
  subscribe(session: DialectSession): Promise<void> {
    const { offer } = this;
    if (this.#subscribing?.offer === offer) return this.#subscribing.done;
    const done = this.#consume(session).finally(() => {
      if (this.#subscribing?.done === done) this.#subscribing = null;
    });
    this.#subscribing = { offer, done };
    return done;
  }

  /** Stops or starts the local track. The server is not involved. */
  setPaused(isPaused: boolean): void {
    if (isPaused) this.#media?.pause();
    else this.#media?.resume();
  }

  attach(element: HTMLMediaElement): void {
    this.#attachments.add(element, this.track);
  }

  detach(element?: HTMLMediaElement): void {
    this.#attachments.remove(element);
  }

  async getStats(): Promise<RTCStatsReport> {
    // After a rejoin the old media is closed, and the consumer waits for its next offer.
    if (this.#media === null || this.isLost)
      throw new TureenError('invalidState', 'the consumer has no track', {
        hint: 'Wait for the `trackChanged` event.',
      });
    return this.#media.getStats();
  }

  close(): void {
    this.#isClosed = true;
    this.#attachments.remove();
    this.#media?.close();
    this.#media = null;
  }

  async #consume(session: DialectSession): Promise<void> {
    const { offer } = this;
    if (this.#media?.id === offer.id && !this.#media.closed) return;
    const { context, initialSettings, onTrack } = this.#options;
    const settings = initialSettings();
    const media = await context.refusedOffers.consume(offer, () => session.consume(offer, settings));
    if (this.#isClosed || this.offer !== offer) {
      media.close();
      throw new TureenError('closed', 'the consumer closed while the room subscribed to it');
    }
    this.#media?.close();
    this.#media = media;
    if (initialSettings().paused) media.pause();
    this.#attachments.setTrack(media.track);
    onTrack(media.track, session, settings);
  }
}
