/** First fault of a value, with its path. A schema returns the fault instead of the value. */
export class Fault {
  readonly message: string;
  readonly path: string[] = [];

  constructor(message: string) {
    this.message = message;
  }

  /** Adds the key of the container that has the fault. */
  at(key: string | number): this {
    this.path.unshift(String(key));
    return this;
  }
}

/** Creates the fault of a missing value or a value of the wrong type. Never quotes the value, which may be long or secret. */
export const wrongType = (value: unknown, expected: string): Fault =>
  new Fault(value === undefined ? 'Required' : `Expected ${expected}`);

/** Creates the fault of a list or object with more than `max` members. */
export const tooMany = (max: number): Fault => new Fault(`Expected at most ${max}`);
