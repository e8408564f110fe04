/** Options of `mediasoupV3()`. */
export interface MediasoupV3Options {
  /**
   * Which of mediasoup-demo's two generations the server descends from: `classic` (2019 to 2024, everything is a request) or
   * `notify` (2025 on, what needs no answer is a notification). Default `auto`: told by the first answer of the server.
   */
  readonly variant?: 'classic' | 'notify' | 'auto' | undefined;
  /** Asks the server for TCP candidates only. Default false. */
  readonly forceTcp?: boolean | undefined;
  /**
   * Takes a track whose `appData` has neither `source` nor `share` for the microphone or the camera, by its kind: the clients of
   * mediasoup-demo until 2024 name only the screen, while a Tureen client always names a source. Default true; false: `unknown`.
   */
  readonly sourceByKind?: boolean | undefined;
}
