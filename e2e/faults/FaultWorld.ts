import {
  type Consumer,
  type JoinOptions,
  type Producer,
  Room,
  TureenError,
  WebSocketTransport,
  roomEventNames,
} from '@tureen/client';
import { type FakeEngine, type FakePeerConnectionMedia, ManualClock } from '@tureen/client/testing';
import type { RunningServer } from '@tureen/server';
import type { DialectCase } from './dialectCases.ts';
import { type Drop, type Fault, FaultyTransport } from './FaultyTransport.ts';

/** Timeout of a wait, in ms. */
const patienceMs = 8000;

export interface FaultWorldOptions {
  readonly server: RunningServer;
  readonly dialect: DialectCase;
  readonly roomId: string;
  readonly fault: Fault | null;
  /** Whether Alice prepares her join. */
  readonly prepares: boolean;
  /** Resolves when the server's grace period for all disconnected peers is over. */
  readonly outwait: () => Promise<void>;
}

/** Alice, whose network has a fault, and Bob, whose network has none, on a real server. */
export class FaultWorld {
  readonly server: RunningServer;
  readonly roomId: string;
  readonly dialect: DialectCase;
  readonly prepares: boolean;
  readonly outwait: () => Promise<void>;
  readonly alice: Member;
  readonly bob: Member;
  /** Entities that a resume must restore, recorded when Alice's connection dropped. Null if the server need not resume. */
  resume: {
    readonly heardBefore: number;
    readonly producers: ReadonlyMap<Producer, string>;
    readonly consumers: ReadonlyMap<Consumer, string>;
  } | null = null;
  readonly #waiters = new Set<() => void>();
  #turns = 0;

  constructor({ server, dialect, roomId, fault, prepares, outwait }: FaultWorldOptions) {
    this.server = server;
    this.roomId = roomId;
    this.dialect = dialect;
    this.prepares = prepares;
    this.outwait = outwait;
    const wake = () => {
      this.wake();
    };
    const url = `${server.url.replace(/^http/, 'ws')}/${dialect.path}`;
    this.alice = new Member({ roomId, peerId: 'alice', dialect, url, fault, wake });
    this.bob = new Member({ roomId, peerId: 'bob', dialect, url, fault: null, wake });
    this.alice.transport.onSilent = () => {
      this.#endSilence();
    };
    this.alice.transport.onDrop = (drop) => {
      this.#noteDrop(drop);
    };
  }

  /** Events about Alice that Bob received since the drop. Null if no resume is expected. */
  get reconnectEvents(): string[] | null {
    if (this.resume === null) return null;
    const { heardBefore } = this.resume;
    // The server may gather the notification of Alice's join with later ones.
    const joined = this.bob.heard.indexOf('newPeer');
    return this.bob.heard.slice(heardBefore).filter((_event, index) => heardBefore + index !== joined);
  }

  /** Requirements of a resume that are not met. */
  faultsOfResume(): string[] {
    if (this.resume === null) return [];
    const { producers, consumers } = this.resume;
    const wrong: string[] = [];
    if (this.alice.resumed.at(-1) !== true) wrong.push(`resumed: ${this.alice.resumed.join() || 'never'}`);
    for (const [entity, id] of [...producers, ...consumers])
      if (!entity.closed && entity.id !== id) wrong.push(`a ${entity.kind} has a different ID`);
    const wanted = this.dialect.notifiesOfReconnects ? ['peerReconnecting', 'peerReconnected'] : [];
    const heard = this.reconnectEvents ?? [];
    if (heard.join() !== wanted.join()) wrong.push(`bob received ${heard.join()}`);
    return wrong;
  }

  /** Makes the client notice the silence: the page becomes visible, or the pending request times out. */
  #endSilence(): void {
    const { room, clock, page, transport } = this.alice;
    // Without a token Alice joins as a new peer, so the server must notice the dead connection first.
    if (this.resume === null) transport.sweep();
    if (room.state === 'joined') page.dispatchEvent(new Event('visibilitychange'));
    clock.advance(room.state === 'joined' ? 5000 : 20_000);
    setImmediate(() => {
      // Some servers support no probe.
      if (room.state === 'joined' && this.alice.reconnects === 0) transport.giveUp();
      this.wake();
    });
  }

  #noteDrop({ hasAskedToJoin, waiting }: Drop): void {
    const { state, producers, consumers } = this.alice.room;
    const isTransportKnown = !waiting.some((method) => this.dialect.connects.test(method));
    if (state === 'joined' && isTransportKnown)
      this.resume = {
        heardBefore: this.bob.heard.length,
        producers: new Map([...producers.values()].flatMap((one) => (one.id === null ? [] : [[one, one.id]]))),
        consumers: new Map([...consumers.values()].map((one) => [one, one.id])),
      };
    // The token was used and its successor lost. Only a rejoin is possible.
    else if (state !== 'reconnecting' || hasAskedToJoin) this.resume = null;
  }

  /** The server's peer. Undefined if it is not in the room. */
  peer(peerId: string) {
    return this.server.registry.get(this.roomId)?.peers.get(peerId);
  }

  /** Makes waits check their condition again during the next turns of the event loop. */
  wake(): void {
    const isLooking = this.#turns > 0;
    this.#turns = 5;
    if (!isLooking) this.#look();
  }

  #look(): void {
    setImmediate(() => {
      for (const look of [...this.#waiters]) look();
      this.#turns -= 1;
      if (this.#turns > 0) this.#look();
    });
  }

  /** Resolves when the condition is true. Checks it after every event. */
  until(what: string, isSo: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const limit = AbortSignal.timeout(patienceMs);
      const end = (act: () => void) => {
        this.#waiters.delete(look);
        limit.removeEventListener('abort', giveUp);
        act();
      };
      const look = () => {
        if (isSo()) end(resolve);
      };
      const giveUp = () => {
        // The last change may have happened inside the media worker, which causes no event here.
        look();
        end(() => {
          reject(new Error(`never: ${what}; ${this.describe()}`));
        });
      };
      limit.addEventListener('abort', giveUp);
      this.#waiters.add(look);
      this.wake();
    });
  }

  describe(): string {
    const ends = [this.alice, this.bob].map(
      ({ room }) => `${room.peerId} ${room.state} ${JSON.stringify(room.snapshot())}`,
    );
    const snapshot = this.server.registry.get(this.roomId)?.snapshot();
    return `${ends.join('; ')}; server ${JSON.stringify(snapshot)}; ${this.alice.errors.join(', ')}`;
  }
}

interface MemberOptions {
  readonly roomId: string;
  readonly peerId: string;
  readonly dialect: DialectCase;
  readonly url: string;
  readonly fault: Fault | null;
  readonly wake: () => void;
}

/** One client: a room with a fake engine and a manual clock. */
export class Member {
  readonly room: Room;
  readonly media: FakeEngine | FakePeerConnectionMedia;
  readonly clock = new ManualClock();
  readonly transport: FaultyTransport;
  /** Stand-in for the document, whose visibility events the room receives. */
  readonly page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  /** Rejections of the app's calls. */
  readonly errors: string[] = [];
  /** Failures that must not happen, whatever the network does. */
  readonly faults: string[] = [];
  readonly tracks: CountingTrack[] = [];
  /** Events about remote peers: joined, left, disconnected, reconnected. */
  readonly heard: string[] = [];
  /** For each reconnect, whether the session was resumed. */
  readonly resumed: boolean[] = [];
  reconnects = 0;

  constructor({ roomId, peerId, dialect: { make }, url, fault, wake }: MemberOptions) {
    const { dialect, media } = make();
    this.media = media;
    this.transport = new FaultyTransport(new WebSocketTransport({ url }), fault, wake);
    this.room = new Room({ roomId, peerId, dialect, transport: this.transport, clock: this.clock });
    this.room.on('reconnecting', ({ delayMs }) => {
      this.reconnects += 1;
      setImmediate(() => {
        this.clock.advance(delayMs);
        wake();
      });
    });
    this.room.on('requestFailed', ({ error, method }) => {
      this.errors.push(`in the background: ${method} ${error.code} ${error.message}`);
    });
    this.room.on('listenerError', ({ error }) => {
      this.faults.push(`listener: ${String(error)}`);
    });
    this.room.on('reconnected', ({ resumed }) => this.resumed.push(resumed));
    for (const event of ['newPeer', 'peerClosed', 'peerReconnecting', 'peerReconnected'] as const)
      this.room.on(event, () => this.heard.push(event));
    for (const event of roomEventNames) this.room.on(event, wake);
  }

  /** Joins with its own page, because a room reads the document when it joins. */
  join(options: JoinOptions): Promise<void> {
    Object.assign(globalThis, { document: this.page });
    try {
      return this.room.join(options);
    } finally {
      Reflect.deleteProperty(globalThis, 'document');
    }
  }

  track(kind: 'audio' | 'video'): MediaStreamTrack {
    const track = new CountingTrack(kind);
    this.tracks.push(track);
    return track as unknown as MediaStreamTrack;
  }

  /** Retries a call like an app that handles errors. Fails the case on any error that is not a TureenError. */
  async insist<Value>(call: () => Promise<Value>, { isThere = true } = {}): Promise<Value> {
    for (let left = 100; ; left -= 1) {
      try {
        return await call();
      } catch (error) {
        if (!TureenError.is(error) || left === 0) throw error;
        this.errors.push(`${error.code} ${error.message}`);
        if (isThere && this.room.state === 'failed') await this.insist(() => this.join({}), { isThere: false });
      }
    }
  }

  consumersOf(peerId: string): Consumer[] {
    return [...(this.room.peers.get(peerId)?.consumers.values() ?? [])];
  }

  /** Labels of the data consumers of a peer. */
  dataOf(peerId: string): string[] {
    return [...(this.room.peers.get(peerId)?.dataConsumers.values() ?? [])].map(({ label }) => label).sort();
  }

  /** Resources that should be gone but remain. */
  leaks(): string[] {
    const leaks: string[] = [...this.faults];
    if (this.clock.pending > 0)
      leaks.push(`${String(this.clock.pending)} timers, the next in ${String(this.clock.nextIn)} ms`);
    for (const [name, count] of Object.entries(this.media.counts))
      if (count !== 0) leaks.push(`${String(count)} ${name}`);
    if (this.transport.open !== 0) leaks.push(`${String(this.transport.open)} connections`);
    if (this.room.peers.size > 0) leaks.push(`${String(this.room.peers.size)} peers`);
    const { peers, producers } = this.room.snapshot();
    if (peers.length + producers.length > 0) leaks.push('entities in the snapshot');
    for (const track of this.tracks)
      if (track.listeners !== 0) leaks.push(`${String(track.listeners)} listeners of a track`);
    return leaks.map((leak) => `${this.room.peerId}: ${leak}`);
  }
}

/** Track without media that counts its listeners. */
class CountingTrack extends EventTarget {
  readonly kind: 'audio' | 'video';
  readonly id: string;
  readonly readyState = 'live';
  enabled = true;
  listeners = 0;

  constructor(kind: 'audio' | 'video') {
    super();
    this.kind = kind;
    this.id = kind;
  }

  override addEventListener(...args: Parameters<EventTarget['addEventListener']>): void {
    this.listeners += 1;
    super.addEventListener(...args);
  }

  override removeEventListener(...args: Parameters<EventTarget['removeEventListener']>): void {
    this.listeners -= 1;
    super.removeEventListener(...args);
  }

  stop(): void {}

  getSettings(): MediaTrackSettings {
    return {};
  }
}
