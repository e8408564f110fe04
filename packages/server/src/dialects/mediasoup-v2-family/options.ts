/** How a dialect of the family is spoken. */
export interface FamilyOptions {
  /** Time that a connected client has to join, in ms. Default 10 000. */
  readonly joinTimeoutMs?: number | undefined;
  /** Time that a peer whose connection dropped is waited for, in ms, if its client says that it comes back; 0: none. Default 20 000. */
  readonly reconnectGraceMs?: number | undefined;
}

/** {@link FamilyOptions} with the defaults filled in. */
export interface FamilySettings {
  readonly joinTimeoutMs: number;
  readonly reconnectGraceMs: number;
}

/** Fills in the defaults. */
export function toSettings({ joinTimeoutMs = 10_000, reconnectGraceMs = 20_000 }: FamilyOptions): FamilySettings {
  return { joinTimeoutMs, reconnectGraceMs };
}
