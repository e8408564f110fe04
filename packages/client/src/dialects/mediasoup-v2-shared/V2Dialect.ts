import type { MediaEngine } from '../../media/MediaEngine.ts';
import type { Dialect, DialectContext, DialectSession, RoomIdentity } from '../../room/DialectPort.ts';
import type { RoomCapabilities } from '../../room/capabilities.ts';
import { V2Session, type SessionMemory, type SessionOptions } from './V2Session.ts';
import type { V2Profile } from './V2Profile.ts';

/** One of the dialects that came before mediasoup-v3, by its words. */
export class V2Dialect implements Dialect {
  readonly name: string;
  readonly capabilities: RoomCapabilities;
  readonly #words: V2Profile;
  readonly #engine: MediaEngine;
  readonly #options: SessionOptions;
  readonly #memory: SessionMemory = {};

  constructor(words: V2Profile, engine: MediaEngine, options: SessionOptions) {
    this.name = words.name;
    this.capabilities = words.capabilities;
    this.#words = words;
    this.#engine = engine;
    this.#options = options;
  }

  connectParams({ roomId, peerId }: RoomIdentity): Record<string, string> {
    return { roomId, peerName: peerId };
  }

  open(context: DialectContext): DialectSession {
    return new V2Session({
      context,
      words: this.#words,
      media: this.#engine.open(context.logger),
      options: this.#options,
      memory: this.#memory,
    });
  }
}
