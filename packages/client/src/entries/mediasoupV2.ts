import { V2Dialect } from '../dialects/mediasoup-v2-shared/V2Dialect.ts';
import { mediasoupV2Profile } from '../dialects/mediasoup-v2/mediasoupV2Profile.ts';
import type { MediasoupV2Options } from '../dialects/mediasoup-v2/options.ts';
import { deviceEngine } from '../media/device/DeviceEngine.ts';
import type { MediaEngine } from '../media/MediaEngine.ts';
import type { Dialect } from '../room/DialectPort.ts';
import { checkOptions, checkParts } from '../shared/checks/development.ts';

/** Options of `mediasoupV2()`. */
export interface MediasoupV2EntryOptions extends MediasoupV2Options {
  /** Engine for the media. Default: `deviceEngine()` of `@tureen/client/ports`, which runs mediasoup-client. */
  readonly engine?: MediaEngine | undefined;
}

/** Creates the dialect of mediasoup 2 and mediasoup-client 2, over mediasoup-client 3. Throws `invalidArgument`. */
export function mediasoupV2(given: MediasoupV2EntryOptions = {}): Dialect {
  checkOptions(given);
  checkParts(given);
  const { engine = deviceEngine(), ...options } = given;
  return new V2Dialect(mediasoupV2Profile, engine, options);
}

export type { MediasoupV2Options };
