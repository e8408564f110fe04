/** Options of `mediasoupV3()`. */
export interface MediasoupV3Options {
  /**
   * Which of mediasoup-demo's two generations the server descends from: `classic` (2019 to 2024, everything is a request) or
   * `notify` (2025 on, what needs no answer is a notification). Default `auto`: told by its first answer.
   */
  readonly variant?: 'classic' | 'notify' | 'auto' | undefined;
  /** Asks the server for TCP candidates only. Default false. */
  readonly forceTcp?: boolean | undefined;
}
