import { checkOptions } from '../../shared/checks/development.ts';
import { FakeScript, type FakeHold, type FakeOperation } from './FakeScript.ts';
import { newest } from './newest.ts';

export interface FakeMediaOptions {
  /** Codecs of this browser, without RTX. Default: opus, VP8, VP9, H264, AV1. */
  readonly mimeTypes?: readonly string[];
  /**
   * Whether media connects without the test: a transport when the server has its DTLS parameters, a connection by offer and
   * answer when it has the answer. Default true.
   */
  readonly autoConnect?: boolean;
}

/** Parts of a fake session. */
export interface FakeSessionOptions<Session> {
  readonly script: FakeScript;
  readonly mimeTypes: readonly string[];
  readonly autoConnect: boolean;
  readonly onClosed: (session: Session) => void;
}

const defaultMimeTypes = ['audio/opus', 'video/VP8', 'video/VP9', 'video/H264', 'video/AV1'];

/** Fake media: sessions, and the test's script for them. */
export abstract class FakeMedia<Session> {
  /** Open sessions, oldest first. */
  readonly sessions = new Set<Session>();

  readonly #script = new FakeScript();
  readonly #options: FakeMediaOptions;

  constructor(options: FakeMediaOptions = {}) {
    checkOptions(options);
    this.#options = options;
  }

  /** Newest open session. Throws without one. */
  get session(): Session {
    return newest(this.sessions, 'session');
  }

  open(): Session {
    const session = this.create({
      script: this.#script,
      mimeTypes: this.#options.mimeTypes ?? defaultMimeTypes,
      autoConnect: this.#options.autoConnect ?? true,
      onClosed: (closed) => this.sessions.delete(closed),
    });
    this.sessions.add(session);
    return session;
  }

  /** Makes the next `operation` in any session reject with `error`. Default: a `mediaFailed`. */
  failNext(operation: FakeOperation, error?: Error): void {
    this.#script.failNext(operation, error);
  }

  /** Holds every later `operation`, in any session, until `release()` of the returned object. */
  hold(operation: FakeOperation): FakeHold {
    return this.#script.hold(operation);
  }

  protected abstract create(options: FakeSessionOptions<Session>): Session;
}
