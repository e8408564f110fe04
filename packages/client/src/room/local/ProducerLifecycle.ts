import { type Deferred, deferred } from '../../shared/deferred.ts';
import { connectionDropped } from '../../shared/commonErrors.ts';
import { TureenError, isCollateral, isConnectionLoss, isServerFault, toTureenError } from '../../shared/errors.ts';
import type { DialectSession } from '../ports.ts';
import { type RoomContext, reportFailure } from '../RoomContext.ts';

/** What an engine sends, a track or a channel. */
interface SentMedia {
  readonly id: string;
  readonly closed: boolean;
  close(): void;
}

/** One time that it is published. */
export interface Publishing<Media> {
  readonly media: Promise<Media>;
  /** It is there: what was wished while it was on its way is applied. */
  readonly onPublished: (media: Media) => Promise<void> | void;
}

export interface ProducerLifecycleOptions<Media> {
  readonly context: RoomContext;
  /** As whose failure a refusal is told of what had been published before. */
  readonly method: 'produce' | 'produceData';
  /** Hands it to the session. Null: there is nothing to send just now. */
  readonly publish: (session: DialectSession) => Publishing<Media> | null;
  /** Takes it back from the server. */
  readonly retract: (session: DialectSession, id: string) => Promise<void>;
  /** It cannot be published: `fail` it, unless there is another way. */
  readonly onRefused: (error: TureenError) => void;
}

/** Something of ours at the server, over sessions and transports: wanted until it is closed, and published as often as it takes. */
export class ProducerLifecycle<Media extends SentMedia> {
  readonly #options: ProducerLifecycleOptions<Media>;
  readonly #ready: Deferred<void> = deferred();
  #isReady = false;
  #media: Media | null = null;
  #id: string | null = null;
  #session: DialectSession | null = null;
  #held: string | null = null;
  #publishing: Promise<void> | null = null;
  /** What the server had accepted before was refused by a fault of the server, and nothing has been accepted since. */
  #isFaulted = false;
  /** It waits for another transport. */
  #isStranded = false;
  #closed = false;

  constructor(options: ProducerLifecycleOptions<Media>) {
    this.#options = options;
    // Nobody may be waiting for it when the room is left.
    this.#ready.promise.catch(() => {});
  }

  /** Resolves when it is published for the first time. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** The server's id of it; null until it is published, another one after a rejoin. */
  get id(): string | null {
    return this.#id;
  }

  /** It may flow while signalling is gone. */
  get media(): Media | null {
    return this.#media;
  }

  /** The id of it that the server knew us to have when the connection dropped. */
  get held(): string | null {
    return this.#held;
  }

  /** Where it is published, and as what; null while the server cannot be told anything of it. */
  get current(): { readonly session: DialectSession; readonly media: Media } | null {
    return this.#session === null || this.#media === null ? null : { session: this.#session, media: this.#media };
  }

  /** Resolves when what is under way has come to its end, whatever that is. */
  get settled(): Promise<void> | null {
    return this.#publishing;
  }

  /** A session to publish on. A refusal is told, a loss leaves it wanted. */
  start(session: DialectSession): void {
    this.#isStranded = false;
    const { context, method, onRefused } = this.#options;
    const { epoch } = context;
    this.#publishing = this.#publish(session).catch((cause: unknown) => {
      const error = toTureenError(cause, 'mediaFailed');
      if (this.#closed || isConnectionLoss(error)) return;
      // Another one broke the transport: once more, on the next.
      if (isCollateral(error)) {
        this.#isStranded = true;
        return;
      }
      const isCurrent = context.session === session && context.epoch === epoch;
      if (isServerFault(error) && this.#isReady && !this.#isFaulted) {
        // One more session. The faults of the others in the one that goes are none of theirs.
        if (!isCurrent) return;
        this.#isFaulted = true;
        context.drop(`'${method}' failed at the server`);
      } else if (error.code !== 'closed') {
        onRefused(error);
        // The server may have made it, and only it would know the id: coming back says that we have no such thing.
        if (error.code === 'requestTimeout' && isCurrent) context.drop(`'${method}' was not answered`);
      }
      // The transport was replaced meanwhile: once more, on the new one.
      else if (isCurrent) this.start(session);
    });
  }

  /** The session goes on, and it with it. */
  resume(session: DialectSession): void {
    this.#session = session;
  }

  /** The connection is gone. */
  handleLost(): void {
    this.#held = this.#session === null ? null : this.#id;
    this.#session = null;
  }

  /** A transport was made anew: what went with the old one is sent over this one. */
  handleRebuilt(session: DialectSession): void {
    if (this.#media?.closed !== true && !this.#isStranded) return;
    this.#session = null;
    this.start(session);
  }

  markReady(): void {
    this.#isReady = true;
    this.#ready.resolve();
  }

  /** Tells whoever waits for it; where it had been there before, the room. */
  fail(error: TureenError): void {
    this.#ready.reject(error);
    if (this.#isReady) reportFailure(this.#options.context, this.#options.method, error);
  }

  /** Nothing is sent any more. The answer takes it back from the server, and resolves when that knows or is gone. */
  close(error: TureenError): () => Promise<void> {
    const { current } = this;
    this.#closed = true;
    this.#session = null;
    this.#media?.close();
    this.#media = null;
    this.#ready.reject(error);
    return async () => {
      try {
        if (current !== null) await this.#options.retract(current.session, current.media.id);
      } catch (cause) {
        // A dropped connection closes it at the server too, or the resume that follows.
        if (!isConnectionLoss(cause)) throw cause;
      }
    };
  }

  async #publish(session: DialectSession): Promise<void> {
    const { context, publish, retract } = this.#options;
    const { epoch } = context;
    const published = await context.requestReplay.run(this, async () => {
      // It may have waited for another, and the next session has begun: it stays a suspect.
      if (context.epoch !== epoch) throw connectionDropped();
      const publishing = this.#closed ? null : publish(session);
      return publishing && { publishing, media: await publishing.media };
    });
    if (published === null) return;
    const { publishing, media } = published;
    if (this.#closed || context.epoch !== epoch) {
      media.close();
      // The server has one that nobody wants any more.
      if (context.session === session) await retract(session, media.id);
      return;
    }
    if (media.closed) throw new TureenError('closed', 'the transport was replaced');
    this.#media?.close();
    this.#media = media;
    this.#id = media.id;
    this.#session = session;
    this.#isFaulted = false;
    await publishing.onPublished(media);
  }
}
