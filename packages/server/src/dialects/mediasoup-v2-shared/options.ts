/** Options of a mediasoup 2 dialect. */
export interface V2Options {
  /** Time in which a connected client must join, in ms. Default 10 000. */
  readonly joinTimeoutMs?: number | undefined;
  /** Grace period of a disconnected peer whose client announces that it resumes, in ms; 0: none. Default 30 000. */
  readonly reconnectGraceMs?: number | undefined;
}

/** {@link V2Options} with the defaults filled in. */
export interface V2Settings {
  readonly joinTimeoutMs: number;
  readonly reconnectGraceMs: number;
}

/** Fills in the defaults. */
export function toSettings({ joinTimeoutMs = 10_000, reconnectGraceMs = 30_000 }: V2Options): V2Settings {
  return { joinTimeoutMs, reconnectGraceMs };
}
