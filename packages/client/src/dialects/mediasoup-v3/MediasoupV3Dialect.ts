import type { MediaEngine } from '../../media/MediaEngine.ts';
import type { Dialect, DialectContext, DialectSession, RoomIdentity } from '../../room/DialectPort.ts';
import { welcomeParam } from '../Welcome.ts';
import { baseCapabilities } from './capabilities.ts';
import { MediasoupV3Session } from './MediasoupV3Session.ts';
import type { MediasoupV3Options } from './options.ts';

/** Protocol of mediasoup-demo and its descendants, for mediasoup 3. */
export class MediasoupV3Dialect implements Dialect {
  readonly name = 'mediasoup-v3';
  readonly capabilities = baseCapabilities;
  readonly #engine: MediaEngine;
  readonly #options: MediasoupV3Options;

  constructor(engine: MediaEngine, options: MediasoupV3Options = {}) {
    this.#engine = engine;
    this.#options = options;
  }

  connectParams({ roomId, peerId }: RoomIdentity, isResuming: boolean): Record<string, string> {
    return { roomId, peerId, ...welcomeParam(isResuming, this.#options.forceTcp) };
  }

  open(context: DialectContext): DialectSession {
    return new MediasoupV3Session(context, this.#engine, this.#options);
  }
}
