import { MediasoupV3Dialect } from '../dialects/mediasoup-v3/MediasoupV3Dialect.ts';
import type { MediasoupV3Options } from '../dialects/mediasoup-v3/options.ts';
import { DeviceEngine, type DeviceEngineOptions } from '../media/device/DeviceEngine.ts';
import type { MediaEngine } from '../media/MediaEngine.ts';
import type { Dialect } from '../room/DialectPort.ts';
import { checkOptions, checkParts } from '../shared/checks/development.ts';

export interface MediasoupV3EntryOptions extends MediasoupV3Options {
  /** What moves the media. Default: mediasoup-client, with `media` as its options. */
  readonly engine?: MediaEngine | undefined;
  /** Options of the default engine. */
  readonly media?: DeviceEngineOptions | undefined;
}

/** The dialect of mediasoup-demo and its descendants, over mediasoup-client. */
export function mediasoupV3(given: MediasoupV3EntryOptions = {}): Dialect {
  checkOptions(given);
  checkParts(given);
  const { engine, media, ...options } = given;
  return new MediasoupV3Dialect(engine ?? new DeviceEngine(media), options);
}

export type { MediasoupV3Options };
