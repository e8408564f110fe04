import { checkOptions } from '../../shared/checks/development.ts';
import { FakeScript, type FakeHold, type FakeOperation } from './FakeScript.ts';
import { newest } from './newest.ts';

export interface FakeMediaOptions {
  /** What this browser knows, RTX aside. Default opus, VP8, VP9, H264, AV1. */
  readonly mimeTypes?: readonly string[];
  /**
   * Whether a transport is `connected` as soon as the server has its DTLS parameters, and a connection by offer and answer as
   * soon as its answer is there. Default true.
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

/** Fake media: its sessions, and the script of a test for them. */
export abstract class FakeMedia<Session> {
  /** Those that are open, oldest first. */
  readonly sessions = new Set<Session>();

  readonly #script = new FakeScript();
  readonly #options: FakeMediaOptions;

  constructor(options: FakeMediaOptions = {}) {
    checkOptions(options);
    this.#options = options;
  }

  /** The newest open session. Throws without one. */
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

  /** The next `operation` in any session rejects with `error`, by default a `mediaFailed`. */
  failNext(operation: FakeOperation, error?: Error): void {
    this.#script.failNext(operation, error);
  }

  /** Holds every `operation` from now on, in any session, until `release()` of the returned object. */
  hold(operation: FakeOperation): FakeHold {
    return this.#script.hold(operation);
  }

  protected abstract create(options: FakeSessionOptions<Session>): Session;
}
