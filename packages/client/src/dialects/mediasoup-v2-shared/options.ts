/** Options that `mediasoupV2()`, `mediasoupV2Beta()` and `mediasoupV2Alpha()` share. */
export interface V2Options {
  /**
   * Envelope of messages to the server. `notification` (default): protoo requests `mediasoup-request` and protoo notifications
   * `mediasoup-notification`. `request`: requests for both, for servers on protoo 2 and before. `bare`: each message under its
   * own method, for servers without envelopes. Messages of the server are read in all three forms.
   */
  readonly envelope?: 'notification' | 'request' | 'bare' | undefined;
  /** Requests TCP candidates only. Default false. */
  readonly forceTcp?: boolean | undefined;
  /**
   * Treats a track whose `appData` has no `source` as microphone or camera, by its kind. Default false: the source is `unknown`.
   * Tureen clients and the demo of mediasoup 2 always name a source, so such a track comes from another program.
   */
  readonly sourceByKind?: boolean | undefined;
}

/** Options of all dialects of mediasoup 2. */
export interface SessionOptions extends V2Options {
  readonly spy?: boolean | undefined;
}
