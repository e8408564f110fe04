import { FamilyDialect } from '../dialects/mediasoup-v2-family/FamilyDialect.ts';
import type { FamilyOptions } from '../dialects/mediasoup-v2-family/options.ts';
import { mediasoupV2AlphaWords } from '../dialects/mediasoup-v2-alpha/mediasoupV2AlphaWords.ts';
import { DeviceEngine, type DeviceEngineOptions } from '../media/device/DeviceEngine.ts';
import type { MediaEngine } from '../media/MediaEngine.ts';
import type { Dialect } from '../room/ports.ts';

export interface MediasoupV2AlphaEntryOptions extends FamilyOptions {
  /** What moves the media. Default: mediasoup-client, with `media` as its options. */
  readonly engine?: MediaEngine | undefined;
  /** Options of the default engine. */
  readonly media?: DeviceEngineOptions | undefined;
}

/** The dialect of mediasoup-client 0.0, over mediasoup-client 3. */
export function mediasoupV2Alpha({ engine, media, ...options }: MediasoupV2AlphaEntryOptions = {}): Dialect {
  return new FamilyDialect(mediasoupV2AlphaWords, engine ?? new DeviceEngine(media), options);
}
