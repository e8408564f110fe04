/** Options of `mediasoupV3()`. */
export interface MediasoupV3Options {
  /**
   * Generation of mediasoup-demo that the server descends from: `classic` (2019 to 2024, requests only) or `notify` (from 2025,
   * notifications where no response is needed). Default `auto`: detected from the server's first response.
   */
  readonly variant?: 'classic' | 'notify' | 'auto' | undefined;
  /** Requests TCP candidates only. Default false. */
  readonly forceTcp?: boolean | undefined;
  /**
   * Treats a track whose `appData` has neither `source` nor `share` as microphone or camera, by its kind. Clients of mediasoup-demo
   * until 2024 name only the screen; a Tureen client always names a source. Default true. False: the source is `unknown`.
   */
  readonly sourceByKind?: boolean | undefined;
}
