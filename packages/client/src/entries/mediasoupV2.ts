import { V2Dialect } from '../dialects/mediasoup-v2-shared/V2Dialect.ts';
import { mediasoupV2Profile } from '../dialects/mediasoup-v2/mediasoupV2Profile.ts';
import type { MediasoupV2Options } from '../dialects/mediasoup-v2/options.ts';
import { DeviceEngine, type DeviceEngineOptions } from '../media/device/DeviceEngine.ts';
import type { MediaEngine } from '../media/MediaEngine.ts';
import type { Dialect } from '../room/DialectPort.ts';
import { checkOptions, checkParts } from '../shared/checks/development.ts';

export interface MediasoupV2EntryOptions extends MediasoupV2Options {
  /** What moves the media. Default: mediasoup-client, with `media` as its options. */
  readonly engine?: MediaEngine | undefined;
  /** Options of the default engine. */
  readonly media?: DeviceEngineOptions | undefined;
}

/** The dialect of mediasoup 2 and mediasoup-client 2, over mediasoup-client 3. */
export function mediasoupV2(given: MediasoupV2EntryOptions = {}): Dialect {
  checkOptions(given);
  checkParts(given);
  const { engine, media, ...options } = given;
  return new V2Dialect(mediasoupV2Profile, engine ?? new DeviceEngine(media), options);
}

export type { MediasoupV2Options };
