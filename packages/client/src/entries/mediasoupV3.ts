import { MediasoupV3Dialect } from '../dialects/mediasoup-v3/MediasoupV3Dialect.ts';
import type { MediasoupV3Options } from '../dialects/mediasoup-v3/options.ts';
import { deviceEngine } from '../media/device/DeviceEngine.ts';
import type { MediaEngine } from '../media/MediaEngine.ts';
import type { Dialect } from '../room/DialectPort.ts';
import { checkOptions, checkParts } from '../shared/checks/development.ts';

/** Options of `mediasoupV3()`. */
export interface MediasoupV3EntryOptions extends MediasoupV3Options {
  /** Engine for the media. Default: `deviceEngine()` of `@tureen/client/ports`, which runs mediasoup-client. */
  readonly engine?: MediaEngine | undefined;
}

/**
 * Creates the dialect of mediasoup-demo and its descendants, over mediasoup-client. Throws `invalidArgument`.
 *
 * @example
 * ```ts
 * const dialect = mediasoupV3({ engine: deviceEngine({ iceTransportPolicy: 'relay' }) });
 * ```
 */
export function mediasoupV3(given: MediasoupV3EntryOptions = {}): Dialect {
  checkOptions(given);
  checkParts(given);
  const { engine = deviceEngine(), ...options } = given;
  return new MediasoupV3Dialect(engine, options);
}

export type { MediasoupV3Options };
