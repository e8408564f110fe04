import type { V2Options } from '../mediasoup-v2-shared/options.ts';

/** Options of `mediasoupV2()`. */
export interface MediasoupV2Options extends V2Options {
  /** Joins as a spy, which receives only and is not announced to other peers. Default false. */
  readonly spy?: boolean | undefined;
}
