/** How a dialect of the family is spoken. */
export interface FamilyOptions {
  /** Time that a connected client has to join, in ms. Default 10 000. */
  readonly joinTimeoutMs?: number | undefined;
}

/** {@link FamilyOptions} with the defaults filled in. */
export interface FamilySettings {
  readonly joinTimeoutMs: number;
}

/** Fills in the defaults. */
export function toSettings({ joinTimeoutMs = 10_000 }: FamilyOptions): FamilySettings {
  return { joinTimeoutMs };
}
