/** Options that `mediasoupV2()`, `mediasoupV2Beta()` and `mediasoupV2Alpha()` share. */
export interface V2Options {
  /**
   * How payloads travel. `notification` (default): as protoo requests `mediasoup-request` and protoo notifications
   * `mediasoup-notification`. `request`: the latter as requests too, for servers on protoo 2 and before. `bare`: each under its
   * own method, for servers that took the payload apart. What comes from the server is read in all three forms.
   */
  readonly envelope?: 'notification' | 'request' | 'bare' | undefined;
  /** Asks the server for TCP candidates only. Default false. */
  readonly forceTcp?: boolean | undefined;
  /**
   * Takes a track whose `appData` has no `source` for the microphone or the camera, by its kind. Default false, `unknown`: a Tureen
   * client and the demo of mediasoup 2 always name a source, so such a track is of a program that only the app knows.
   */
  readonly sourceByKind?: boolean | undefined;
}

/** Options of all dialects of mediasoup 2. */
export interface SessionOptions extends V2Options {
  readonly spy?: boolean | undefined;
}
