import type { FamilyOptions } from '../mediasoup-v2-family/options.ts';

/** Options of `mediasoupV2()`. */
export interface MediasoupV2Options extends FamilyOptions {
  /** Receives only, and is not announced to the others. Default false. */
  readonly spy?: boolean | undefined;
}
