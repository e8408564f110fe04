import { isToken } from '@tureen/protocol/common';

/** Names of streams and tracks in the SDP. Apps choose the IDs, which may have characters that an SDP does not allow. */
export class StreamNames {
  readonly #streams = new Map<string, { readonly name: string; users: number }>();
  #next = 0;

  /** Returns the same name for all calls with the same `key`, until each is released. */
  ofStream(key: string): string {
    const stream = this.#streams.get(key) ?? { name: `s${this.#next++}`, users: 0 };
    stream.users += 1;
    this.#streams.set(key, stream);
    return stream.name;
  }

  release(key: string): void {
    const stream = this.#streams.get(key);
    if (stream !== undefined && --stream.users === 0) this.#streams.delete(key);
  }

  /** Returns the ID where an SDP allows it, otherwise a generated name. */
  ofTrack(id: string): string {
    return isToken(id) ? id : `t${this.#next++}`;
  }
}
