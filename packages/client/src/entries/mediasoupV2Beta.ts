import { FamilyDialect } from '../dialects/mediasoup-v2-family/FamilyDialect.ts';
import type { FamilyOptions } from '../dialects/mediasoup-v2-family/options.ts';
import { mediasoupV2BetaWords } from '../dialects/mediasoup-v2-beta/mediasoupV2BetaWords.ts';
import { DeviceEngine, type DeviceEngineOptions } from '../media/device/DeviceEngine.ts';
import type { MediaEngine } from '../media/MediaEngine.ts';
import type { Dialect } from '../room/ports.ts';

export interface MediasoupV2BetaEntryOptions extends FamilyOptions {
  /** What moves the media. Default: mediasoup-client, with `media` as its options. */
  readonly engine?: MediaEngine | undefined;
  /** Options of the default engine. */
  readonly media?: DeviceEngineOptions | undefined;
}

/** The dialect of mediasoup-client 0.1, over mediasoup-client 3. */
export function mediasoupV2Beta({ engine, media, ...options }: MediasoupV2BetaEntryOptions = {}): Dialect {
  return new FamilyDialect(mediasoupV2BetaWords, engine ?? new DeviceEngine(media), options);
}
