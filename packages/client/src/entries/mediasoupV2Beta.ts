import { V2Dialect } from '../dialects/mediasoup-v2-shared/V2Dialect.ts';
import type { V2Options } from '../dialects/mediasoup-v2-shared/options.ts';
import { mediasoupV2BetaProfile } from '../dialects/mediasoup-v2-beta/mediasoupV2BetaProfile.ts';
import { deviceEngine } from '../media/device/DeviceEngine.ts';
import type { MediaEngine } from '../media/MediaEngine.ts';
import type { Dialect } from '../room/DialectPort.ts';
import { checkOptions, checkParts } from '../shared/checks/development.ts';

/** Options of `mediasoupV2Beta()`. */
export interface MediasoupV2BetaEntryOptions extends V2Options {
  /** Engine for the media. Default: `deviceEngine()` of `@tureen/client/ports`, which runs mediasoup-client. */
  readonly engine?: MediaEngine | undefined;
}

/** Creates the dialect of mediasoup-client 0.1, over mediasoup-client 3. Throws `invalidArgument`. */
export function mediasoupV2Beta(given: MediasoupV2BetaEntryOptions = {}): Dialect {
  checkOptions(given);
  checkParts(given);
  const { engine = deviceEngine(), ...options } = given;
  return new V2Dialect(mediasoupV2BetaProfile, engine, options);
}
