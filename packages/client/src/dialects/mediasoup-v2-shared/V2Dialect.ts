import type { MediaEngine } from '../../media/MediaEngine.ts';
import type { Dialect, DialectContext, DialectSession, RoomIdentity } from '../../room/DialectPort.ts';
import type { RoomCapabilities } from '../../room/capabilities.ts';
import { welcomeParam } from '../Welcome.ts';
import type { SessionOptions } from './options.ts';
import { V2Session } from './V2Session.ts';
import type { V2Profile } from './V2Profile.ts';

/** One of the three dialects before mediasoup-v3, as its profile describes it. */
export class V2Dialect implements Dialect {
  readonly name: string;
  readonly capabilities: RoomCapabilities;
  readonly #profile: V2Profile;
  readonly #engine: MediaEngine;
  readonly #options: SessionOptions;

  constructor(profile: V2Profile, engine: MediaEngine, options: SessionOptions) {
    this.name = profile.name;
    this.capabilities = profile.capabilities;
    this.#profile = profile;
    this.#engine = engine;
    this.#options = options;
  }

  connectParams({ roomId, peerId }: RoomIdentity, isResuming: boolean): Record<string, string> {
    return { roomId, peerName: peerId, ...welcomeParam(isResuming || !this.#profile.queriesRoom) };
  }

  open(context: DialectContext): DialectSession {
    return new V2Session({
      context,
      profile: this.#profile,
      media: this.#engine.open({ logger: context.logger }),
      options: this.#options,
    });
  }
}
