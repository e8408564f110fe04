import { TureenError } from '../../shared/errors.ts';
import type { PeerConnectionMedia } from '../PeerConnectionMedia.ts';
import { FakePeerConnectionSession } from './FakePeerConnectionSession.ts';
import { FakeScript, type FakeHold, type FakeOperation } from './FakeScript.ts';

export interface FakePeerConnectionMediaOptions {
  /** What this browser knows. Default opus, VP8, VP9, H264, AV1. */
  readonly mimeTypes?: readonly string[];
  /** Whether a connection is `connected` as soon as its answer is there. Default true. */
  readonly autoConnect?: boolean;
}

/** How many of each are open: all 0 when nothing has leaked. */
export interface FakePeerConnectionCounts {
  readonly sessions: number;
  readonly pushes: number;
  readonly pulls: number;
  readonly producers: number;
  readonly consumers: number;
  /** Calls that have not come to their end. */
  readonly waiting: number;
}

const defaultMimeTypes = ['audio/opus', 'video/VP8', 'video/VP9', 'video/H264', 'video/AV1'];

/**
 * Connections by offer and answer without media, for tests in Node: every push and pull makes its offer, takes any answer,
 * does what the test tells it (`failNext('produce')` is a push, `'consume'` a pull; `hold`;
 * `FakePeerConnection.setConnectionState`), and is counted.
 */
export class FakePeerConnectionMedia implements PeerConnectionMedia {
  /** Those that are open, oldest first. */
  readonly sessions = new Set<FakePeerConnectionSession>();

  readonly #script = new FakeScript();
  readonly #options: FakePeerConnectionMediaOptions;

  constructor(options: FakePeerConnectionMediaOptions = {}) {
    this.#options = options;
  }

  /** The newest open session; throws where there is none. */
  get session(): FakePeerConnectionSession {
    const last = [...this.sessions].at(-1);
    if (last === undefined) throw new TureenError('invalidState', 'there is no open session');
    return last;
  }

  /** What is open now, in all sessions. */
  get counts(): FakePeerConnectionCounts {
    const sessions = [...this.sessions];
    const connections = sessions.flatMap((session) => [...session.connections]);
    const pushes = connections.filter(({ direction }) => direction === 'send').length;
    return {
      sessions: sessions.length,
      pushes,
      pulls: connections.length - pushes,
      producers: connections.reduce((sum, { producers }) => sum + producers.size, 0),
      consumers: connections.reduce((sum, { consumers }) => sum + consumers.size, 0),
      waiting: connections.reduce((sum, { waiting }) => sum + waiting, 0),
    };
  }

  open(): FakePeerConnectionSession {
    const session = new FakePeerConnectionSession({
      script: this.#script,
      mimeTypes: this.#options.mimeTypes ?? defaultMimeTypes,
      autoConnect: this.#options.autoConnect ?? true,
      onClosed: (closed) => this.sessions.delete(closed),
    });
    this.sessions.add(session);
    return session;
  }

  /** The next `operation` in any session rejects with `error`, by default a `mediaFailed`, before its offer. */
  failNext(operation: FakeOperation, error?: Error): void {
    this.#script.failNext(operation, error);
  }

  /** Every `operation` from now on, in any session, waits for the `release` of the answer. */
  hold(operation: FakeOperation): FakeHold {
    return this.#script.hold(operation);
  }
}
