/** Random values derived from a seed. */
export interface Random {
  /** From 0 to 1. */
  next(): number;
  /** True with a probability of 0 to 1. */
  chance(probability: number): boolean;
  /** An integer from 0, below `limit`. */
  below(limit: number): number;
  pick<T>(values: readonly T[]): T;
}

/** Generator with 32 bits of state (mulberry32): small, fast, and the same on every machine. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    chance: (probability) => next() < probability,
    below: (limit) => Math.floor(next() * limit),
    pick<T>(values: readonly T[]): T {
      if (values.length === 0) throw new Error('nothing to pick from');
      return values[Math.floor(next() * values.length)] as T;
    },
  };
}
