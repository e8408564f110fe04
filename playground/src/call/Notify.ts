/** Where a call says what went wrong, and what is good to know. */
export interface Notify {
  /** `doing` says what was being done, e.g. `The camera could not be turned on`. */
  error(error: unknown, doing: string): void;
  info(text: string): void;
}
