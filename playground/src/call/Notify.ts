/** Shows failures and notices to the user. */
export interface Notify {
  /** `doing` is the title of the notice, e.g. `The camera could not be turned on`. */
  error(error: unknown, doing: string): void;
  info(text: string): void;
}
