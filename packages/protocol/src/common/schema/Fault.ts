/** The first thing that is wrong with a value, and where. A schema returns it in place of the value. */
export class Fault {
  readonly message: string;
  readonly path: string[] = [];

  constructor(message: string) {
    this.message = message;
  }

  /** Adds the key of the container in which the fault was found. */
  at(key: string | number): this {
    this.path.unshift(String(key));
    return this;
  }
}

/** Makes the fault of a value of the wrong type, or of a missing one. Never quotes the value, which may be long or a secret. */
export const wrongType = (value: unknown, expected: string): Fault =>
  new Fault(value === undefined ? 'Required' : `Expected ${expected}`);

/** Makes the fault of a list or an object with more than `max` members. */
export const tooMany = (max: number): Fault => new Fault(`Expected ${max} at most`);
