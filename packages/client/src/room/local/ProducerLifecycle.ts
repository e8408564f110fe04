import { type Deferred, deferred } from '@tureen/kernel';
import { connectionDropped } from '../../shared/commonErrors.ts';
import { TureenError, isCollateral, isConnectionLoss, isServerFault, toTureenError } from '../../shared/errors.ts';
import type { DialectSession } from '../DialectPort.ts';
import { type RoomContext, reportFailure } from '../RoomContext.ts';

/** Media that an engine sends: a track or a channel. */
interface SentMedia {
  readonly id: string;
  readonly closed: boolean;
  close(): void;
}

/** Publication on one session. */
export interface Publishing<Media> {
  readonly media: Promise<Media>;
  /** The media is published: applies the settings that changed meanwhile. */
  readonly onPublished: (media: Media) => Promise<void> | void;
}

export interface ProducerLifecycleOptions {
  readonly context: RoomContext;
  /** Method that a failed republication is reported under. */
  readonly method: 'produce' | 'produceData';
  /** Calls `run` again on this session. */
  readonly restart: (session: DialectSession) => void;
  readonly closeAtServer: (session: DialectSession, id: string) => Promise<void>;
  /** The media cannot be published: calls `fail`, unless another attempt follows. */
  readonly onRefused: (error: TureenError) => void;
}

/** Lifecycle of a producer or data producer, which is published on each session and transport until it is closed. */
export class ProducerLifecycle<Media extends SentMedia> {
  readonly #options: ProducerLifecycleOptions;
  readonly #ready: Deferred<void> = deferred();
  /** `waitingForTransport`: another publication broke the transport, and a new transport follows. */
  #phase: 'publishing' | 'waitingForTransport' | 'closed' = 'publishing';
  /** `faulted`: a server that accepted the media before failed on it, and no server has accepted it since. */
  #acceptance: 'never' | 'accepted' | 'faulted' = 'never';
  #media: Media | null = null;
  #id: string | null = null;
  #session: DialectSession | null = null;
  #resumableId: string | null = null;
  #publishing: Promise<void> | null = null;

  constructor(options: ProducerLifecycleOptions) {
    this.#options = options;
    // The room may be left while no caller awaits the promise.
    this.#ready.promise.catch(() => {});
  }

  /** Resolves when the media is published for the first time. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get isReady(): boolean {
    return this.#acceptance !== 'never';
  }

  /** ID assigned by the server. Null until published. Changes after a rejoin. */
  get id(): string | null {
    return this.#id;
  }

  /** Media may flow while signaling is lost. */
  get media(): Media | null {
    return this.#media;
  }

  /** ID that the server had when the connection dropped. Null where the server had none. */
  get resumableId(): string | null {
    return this.#resumableId;
  }

  /** Session and media of the publication; null while requests about it cannot be sent. */
  get current(): { readonly session: DialectSession; readonly media: Media } | null {
    return this.#session === null || this.#media === null ? null : { session: this.#session, media: this.#media };
  }

  /** Returns `current`. Throws `connectionLost` instead of null. */
  requireCurrent(): { readonly session: DialectSession; readonly media: Media } {
    if (this.current === null) throw connectionDropped();
    return this.current;
  }

  /** Resolves when the pending publication has succeeded or failed. */
  get settled(): Promise<void> | null {
    return this.#publishing;
  }

  get #isClosed(): boolean {
    return this.#phase === 'closed';
  }

  /**
   * Runs `start`, which publishes on the session, or returns null where there is nothing to send at present. Reports a refusal.
   * After a connection loss, waits for the next session.
   */
  run(session: DialectSession, start: () => Publishing<Media> | null): void {
    if (!this.#isClosed) this.#phase = 'publishing';
    const { context } = this.#options;
    const { signal } = context.epoch;
    this.#publishing = this.#publish(session, start).catch((cause: unknown) => {
      this.#handleFailure(toTureenError(cause, 'mediaFailed'), session, !signal.aborted);
    });
  }

  /** The session was resumed with this publication. */
  resume(session: DialectSession): void {
    this.#session = session;
  }

  /** The connection dropped. */
  handleSessionLost(): void {
    this.#resumableId = this.#session === null ? null : this.#id;
    this.#session = null;
  }

  /** A transport was rebuilt: publishes again what the old transport carried. */
  handleRebuilt(session: DialectSession): void {
    if (this.#media?.closed !== true && this.#phase !== 'waitingForTransport') return;
    this.#session = null;
    this.#options.restart(session);
  }

  markReady(): void {
    this.#acceptance = 'accepted';
    this.#ready.resolve();
  }

  /** Rejects `ready`. After the first publication the room emits `requestFailed`. */
  fail(error: TureenError): void {
    this.#ready.reject(error);
    if (this.isReady) reportFailure(this.#options.context, this.#options.method, error);
  }

  /**
   * Closes the media. The returned function closes the media at the server, and resolves when the server has confirmed or is
   * gone.
   */
  close(error: TureenError): () => Promise<void> {
    const { current } = this;
    this.#phase = 'closed';
    this.#session = null;
    this.#media?.close();
    this.#media = null;
    this.#ready.reject(error);
    return async () => {
      try {
        if (current !== null) await this.#options.closeAtServer(current.session, current.media.id);
      } catch (cause) {
        // A dropped connection closes the media at the server too, or the resume that follows does.
        if (!isConnectionLoss(cause)) throw cause;
      }
    };
  }

  #handleFailure(error: TureenError, session: DialectSession, isSameEpoch: boolean): void {
    const { context, method, restart, onRefused } = this.#options;
    if (this.#isClosed || isConnectionLoss(error)) return;
    // Another publication broke the transport.
    if (isCollateral(error)) {
      this.#phase = 'waitingForTransport';
      return;
    }
    const isCurrent = context.session === session && isSameEpoch;
    if (isServerFault(error) && this.#acceptance === 'accepted') {
      // Tries one more session. Where this session is lost already, the fault proves nothing about the next one.
      if (!isCurrent) return;
      this.#acceptance = 'faulted';
      context.drop(`'${method}' failed at the server`);
    } else if (error.code !== 'closed') {
      onRefused(error);
      // The server may have created the media under an ID that never arrived. A resume closes what the client does not list.
      if (error.code === 'requestTimeout' && isCurrent) context.drop(`'${method}' got no response`);
    }
    // The transport was replaced meanwhile.
    else if (isCurrent) restart(session);
  }

  async #publish(session: DialectSession, start: () => Publishing<Media> | null): Promise<void> {
    const { context, closeAtServer } = this.#options;
    const { signal } = context.epoch;
    const published = await context.requestReplay.run(this, async () => {
      // The request may have waited for another request while the connection dropped, and is then suspect for the next session
      // too.
      if (signal.aborted) throw connectionDropped();
      const publishing = this.#isClosed ? null : start();
      return publishing && { publishing, media: await publishing.media };
    });
    if (published === null) return;
    const { publishing, media } = published;
    if (this.#isClosed || signal.aborted) {
      media.close();
      if (context.session === session) await closeAtServer(session, media.id);
      return;
    }
    if (media.closed) throw new TureenError('closed', 'the transport was replaced');
    this.#media?.close();
    this.#media = media;
    this.#id = media.id;
    this.#session = session;
    if (this.#acceptance === 'faulted') this.#acceptance = 'accepted';
    await publishing.onPublished(media);
  }
}
