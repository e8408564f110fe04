import {
  type Consumer,
  type Dialect,
  ProtooTransport,
  Room,
  TureenError,
  mediasoupV2,
  mediasoupV2Alpha,
  mediasoupV2Beta,
  mediasoupV3,
  pushPull,
  roomEventNames,
} from '@tureen/client';
import type { DialectName } from '../../dialects.ts';

const dialectOf: Record<DialectName, () => Dialect> = {
  'mediasoup-v3': mediasoupV3,
  'mediasoup-v2': mediasoupV2,
  'mediasoup-v2-beta': mediasoupV2Beta,
  'mediasoup-v2-alpha': mediasoupV2Alpha,
  'push-pull': pushPull,
};

export interface StoryRequest {
  readonly dialect: DialectName;
  readonly roomId: string;
  /** Where alice connects, by a network that fails. */
  readonly faultyUrl: string;
  readonly serverUrl: string;
}

/** What is sent; each story takes copies. */
export type Tracks = Readonly<Record<'microphone' | 'camera', MediaStreamTrack>>;

export interface Outcome {
  /** What is not as it was wanted; none where all is well. */
  readonly wrong: string[];
  /** What calls of the app were rejected with, before they were tried again. */
  readonly errors: string[];
  readonly reconnects: number;
}

/** Short, as what a mangled message asks is never answered. */
export const requestTimeoutMs = 1500;
const patienceMs = 15_000;

/** Alice, whose network fails once, and bob, whose does not: two rooms of one page, with real connections of media. */
export class Story {
  readonly #alice: Room;
  readonly #bob: Room;
  readonly #tracks: Tracks;
  readonly #wrong: string[] = [];
  readonly #errors: string[] = [];
  readonly #waiting = new Set<() => void>();
  #reconnects = 0;
  readonly #failed = Promise.withResolvers<void>();

  constructor(request: StoryRequest, tracks: Tracks) {
    this.#tracks = tracks;
    this.#alice = this.#roomOf('alice', request, request.faultyUrl);
    this.#bob = this.#roomOf('bob', request, request.serverUrl);
    this.#alice.on('reconnecting', () => {
      this.#reconnects += 1;
    });
    this.#alice.on('requestFailed', ({ error }) => {
      this.#noteError(error);
    });
    this.#bob.on('reconnecting', () => this.#wrong.push('bob was disturbed'));
  }

  /** Resolves when the app was told of an error for the first time. */
  get failed(): Promise<void> {
    return this.#failed.promise;
  }

  /** Join, produce, consume, pause, close: until all of it is so at both ends. */
  async play(): Promise<void> {
    const [alice, bob] = [this.#alice, this.#bob];
    await bob.join();
    await bob.produce(this.#tracks.microphone.clone(), { source: 'microphone', ownership: 'owned' });
    await this.#insist(() => alice.join(), { isThere: false });
    const camera = await this.#insist(() =>
      alice.produce(this.#tracks.camera.clone(), { source: 'camera', ownership: 'owned' }),
    );
    await this.#until(
      'both receive',
      () => this.#receives(alice, 'bob', 'audio') && this.#receives(bob, 'alice', 'video'),
    );
    await this.#insist(() => camera.pause());
    const microphone = await this.#insist(() =>
      alice.produce(this.#tracks.microphone.clone(), { source: 'microphone', ownership: 'owned' }),
    );
    await this.#until('bob receives both', () => this.#receives(bob, 'alice', 'audio,video'));
    await this.#insist(() => microphone.close());
    await this.#until('what was wanted is so', () => {
      const [consumer] = this.#consumers(bob, 'alice');
      return (
        alice.state === 'joined' &&
        this.#receives(alice, 'bob', 'audio') &&
        this.#receives(bob, 'alice', 'video') &&
        (consumer?.remotePaused === true || !bob.capabilities.remotePause)
      );
    });
    if (camera.closed || !camera.paused) this.#wrong.push('the producer is not what it was');
    if (alice.producers.size !== 1) this.#wrong.push(`${alice.producers.size} producers`);
    if (alice.peers.size !== 1 || bob.peers.size !== 1) this.#wrong.push('too many peers, or too few');
  }

  /** Both leave. */
  async end(): Promise<Outcome> {
    await this.#insist(() => this.#alice.leave());
    await this.#until('alice is gone', () => this.#bob.peers.size === 0);
    await this.#bob.leave();
    return { wrong: this.#wrong, errors: this.#errors, reconnects: this.#reconnects };
  }

  #roomOf(peerId: string, { dialect, roomId }: StoryRequest, url: string): Room {
    const room = new Room({
      roomId,
      peerId,
      dialect: dialectOf[dialect](),
      transport: new ProtooTransport({ url }),
      requestTimeoutMs,
      reconnectPolicy: ({ attempt }) => (attempt > 10 ? null : attempt * 10),
    });
    for (const event of roomEventNames)
      room.on(event, () => {
        for (const look of [...this.#waiting]) queueMicrotask(look);
      });
    room.on('listenerError', ({ error }) => this.#wrong.push(`listener: ${String(error)}`));
    return room;
  }

  #noteError({ code, method }: TureenError): void {
    this.#errors.push(`${code} ${method}`);
    this.#failed.resolve();
  }

  #consumers(room: Room, peerId: string): Consumer[] {
    return [...(room.peers.get(peerId)?.consumers.values() ?? [])];
  }

  /** Just these, once each. */
  #receives(room: Room, peerId: string, kinds: string): boolean {
    return (
      this.#consumers(room, peerId)
        .map(({ kind }) => kind)
        .sort()
        .join() === kinds
    );
  }

  /** As an app does that is told of a failure: it tries again. */
  async #insist<Value>(call: () => Promise<Value>, { isThere = true } = {}): Promise<Value> {
    for (let left = 20; ; left -= 1) {
      try {
        return await call();
      } catch (error) {
        if (!TureenError.is(error) || left === 0) throw error;
        this.#noteError(error);
        if (isThere && this.#alice.state === 'failed') await this.#insist(() => this.#alice.join(), { isThere: false });
      }
    }
  }

  #until(what: string, isSo: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const limit = AbortSignal.timeout(patienceMs);
      const look = () => {
        if (!isSo()) return;
        this.#waiting.delete(look);
        resolve();
      };
      limit.addEventListener('abort', () => {
        this.#waiting.delete(look);
        const ends = [this.#alice, this.#bob].map((room) => `${room.state} ${JSON.stringify(room.snapshot())}`);
        reject(new Error(`never: ${what}; ${ends.join('; ')}; ${this.#errors.join()}`));
      });
      this.#waiting.add(look);
      look();
    });
  }
}
