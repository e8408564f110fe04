import type { V2Options } from '../mediasoup-v2-shared/options.ts';

/** Options of `mediasoupV2()`. */
export interface MediasoupV2Options extends V2Options {
  /** Receives only, and is not announced to the others. Default false. */
  readonly spy?: boolean | undefined;
}
