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
  /** URL for alice, through the network that fails. */
  readonly faultyUrl: string;
  readonly serverUrl: string;
}

/** Tracks to send. Each story uses clones. */
export type Tracks = Readonly<Record<'microphone' | 'camera', MediaStreamTrack>>;

export interface Outcome {
  /** Differences from the requested state. Empty if there are none. */
  readonly wrong: string[];
  /** Rejections of the app's calls, before their retries. */
  readonly errors: string[];
  readonly reconnects: number;
}

/** Short, because a mangled request has no response. */
export const requestTimeoutMs = 1500;
const patienceMs = 15_000;

/** Alice, whose network fails once, and bob, whose network does not: two rooms in one page, with real media connections. */
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

  /** Resolves at the first error that the app receives. */
  get failed(): Promise<void> {
    return this.#failed.promise;
  }

  /** Joins, produces, consumes, pauses and closes, until the state is the same at both ends. */
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
    await this.#until('the requested state is applied', () => {
      const [consumer] = this.#consumers(bob, 'alice');
      return (
        alice.state === 'joined' &&
        this.#receives(alice, 'bob', 'audio') &&
        this.#receives(bob, 'alice', 'video') &&
        (consumer?.remotePaused === true || !bob.capabilities.remotePause)
      );
    });
    if (camera.closed || !camera.paused) this.#wrong.push('the producer has changed');
    if (alice.producers.size !== 1) this.#wrong.push(`${alice.producers.size} producers`);
    if (alice.peers.size !== 1 || bob.peers.size !== 1) this.#wrong.push('too many peers, or too few');
  }

  /** Makes both leave. */
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

  /** Whether the room receives exactly these kinds of a peer. */
  #receives(room: Room, peerId: string, kinds: string): boolean {
    return (
      this.#consumers(room, peerId)
        .map(({ kind }) => kind)
        .sort()
        .join() === kinds
    );
  }

  /** Retries a call, like an app that handles errors. */
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
