import type { MediaEngine } from '../../media/MediaEngine.ts';
import type { Dialect, DialectContext, DialectSession, RoomCapabilities, RoomIdentity } from '../../room/ports.ts';
import { FamilySession, type SessionMemory, type SessionOptions } from './FamilySession.ts';
import type { FamilyWords } from './words.ts';

/** One of the dialects that came before mediasoup-v3, by its words. */
export class FamilyDialect implements Dialect {
  readonly name: string;
  readonly capabilities: RoomCapabilities;
  readonly #words: FamilyWords;
  readonly #engine: MediaEngine;
  readonly #options: SessionOptions;
  readonly #memory: SessionMemory = {};

  constructor(words: FamilyWords, engine: MediaEngine, options: SessionOptions) {
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
    return new FamilySession({
      context,
      words: this.#words,
      media: this.#engine.open(context.logger),
      options: this.#options,
      memory: this.#memory,
    });
  }
}
