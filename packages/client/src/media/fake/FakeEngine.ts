import { TureenError } from '../../shared/errors.ts';
import type { MediaEngine } from '../MediaEngine.ts';
import { FakeScript, type FakeHold, type FakeOperation } from './FakeScript.ts';
import { FakeSession } from './FakeSession.ts';

export interface FakeEngineOptions {
  /** What this browser knows, RTX aside. Default opus, VP8, VP9, H264, AV1. */
  readonly mimeTypes?: readonly string[];
  /** Whether a transport is `connected` as soon as the server has its DTLS parameters. Default true. */
  readonly autoConnect?: boolean;
}

/** How many of each are open: all 0 when nothing has leaked. */
export interface FakeOpenCounts {
  readonly sessions: number;
  readonly sendTransports: number;
  readonly recvTransports: number;
  readonly producers: number;
  readonly consumers: number;
  readonly dataProducers: number;
  readonly dataConsumers: number;
  /** Calls that have not come to their end. */
  readonly waiting: number;
}

const defaultMimeTypes = ['audio/opus', 'video/VP8', 'video/VP9', 'video/H264', 'video/AV1'];

/**
 * A media engine without media, for tests in Node: answers as a browser would, does what the test tells it (`failNext`,
 * `hold`, `FakeTransport.setConnectionState`), and counts what is open.
 */
export class FakeEngine implements MediaEngine {
  /** Those that are open, oldest first. */
  readonly sessions = new Set<FakeSession>();

  readonly #script = new FakeScript();
  readonly #options: FakeEngineOptions;

  constructor(options: FakeEngineOptions = {}) {
    this.#options = options;
  }

  /** The newest open session; throws where there is none. */
  get session(): FakeSession {
    const last = [...this.sessions].at(-1);
    if (last === undefined) throw new TureenError('invalidState', 'there is no open session');
    return last;
  }

  /** What is open now, in all sessions. */
  get counts(): FakeOpenCounts {
    const sessions = [...this.sessions];
    const send = sessions.flatMap((session) => [...session.sendTransports]);
    const recv = sessions.flatMap((session) => [...session.recvTransports]);
    const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);
    return {
      sessions: sessions.length,
      sendTransports: send.length,
      recvTransports: recv.length,
      producers: sum(send.map((transport) => transport.producers.size)),
      consumers: sum(recv.map((transport) => transport.consumers.size)),
      dataProducers: sum(send.map((transport) => transport.dataProducers.size)),
      dataConsumers: sum(recv.map((transport) => transport.dataConsumers.size)),
      waiting: sum(sessions.map((session) => session.waiting)),
    };
  }

  open(): FakeSession {
    const session = new FakeSession({
      script: this.#script,
      mimeTypes: this.#options.mimeTypes ?? defaultMimeTypes,
      autoConnect: this.#options.autoConnect ?? true,
      onClosed: (closed) => this.sessions.delete(closed),
    });
    this.sessions.add(session);
    return session;
  }

  /** The next `operation` in any session rejects with `error`, by default a `mediaFailed`. */
  failNext(operation: FakeOperation, error?: Error): void {
    this.#script.failNext(operation, error);
  }

  /** Every `operation` from now on, in any session, waits for the `release` of the answer. */
  hold(operation: FakeOperation): FakeHold {
    return this.#script.hold(operation);
  }
}
