import type { PeerConnectionMedia } from '../../media/PeerConnectionMedia.ts';
import type { Dialect, DialectContext, DialectSession } from '../../room/DialectPort.ts';
import { toCapabilities } from './capabilities.ts';
import type { PushPullOptions } from './options.ts';
import { PushPullSession } from './PushPullSession.ts';

/** Protocol of RTCPilot: one connection per push, one per pull. */
export class PushPullDialect implements Dialect {
  readonly name = 'push-pull';
  readonly capabilities = toCapabilities(new Set());
  readonly #media: PeerConnectionMedia;
  readonly #options: PushPullOptions;

  constructor(media: PeerConnectionMedia, options: PushPullOptions = {}) {
    this.#media = media;
    this.#options = options;
  }

  /** Returns no parameters: each message names room and user. */
  connectParams(): Record<string, string> {
    return {};
  }

  open(context: DialectContext): DialectSession {
    return new PushPullSession(context, this.#media, this.#options);
  }
}
