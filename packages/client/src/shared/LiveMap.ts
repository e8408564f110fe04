import { TureenError } from './errors.ts';

/** Map that apps can only read. The SDK writes with {@link setIn} and {@link deleteFrom}. */
export class LiveMap<K, V> extends Map<K, V> {
  /** Throws `invalidState`, as `delete` and `clear` do. */
  override set(): never {
    throw new TureenError('invalidState', 'the map is read-only');
  }

  override delete(): never {
    return this.set();
  }

  override clear(): never {
    return this.set();
  }
}

export function setIn<K, V>(map: LiveMap<K, V>, key: K, value: V): void {
  Map.prototype.set.call(map, key, value);
}

export function deleteFrom<K, V>(map: LiveMap<K, V>, key: K): void {
  Map.prototype.delete.call(map, key);
}
