import { median } from '../world/table.ts';

/** Measured quantity, and the bound for its ratio to the earlier server. */
export interface Quantity {
  readonly name: string;
  /** `least`: a larger value is better, and the ratio must be at least the bound. */
  readonly sense: 'least' | 'most';
  readonly bound: number;
}

/** Values of both servers, measured one after the other. */
export interface Pair {
  readonly earlier: number;
  readonly here: number;
}

/** Comparison of all pairs. */
export interface Comparison {
  /** Medians. */
  readonly earlier: number;
  readonly here: number;
  /** Median of the pairs' ratios: both servers of a pair run under the same load of the machine. */
  readonly ratio: number;
  /** Ratio that a quarter of the pairs is below, and that a quarter is above. */
  readonly quartiles: readonly [low: number, high: number];
  readonly isWithin: boolean;
}

export function compare({ sense, bound }: Quantity, pairs: readonly Pair[]): Comparison {
  const ratios = pairs.map(({ earlier, here }) => here / earlier).sort((one, other) => one - other);
  const at = (part: number) => ratios[Math.min(Math.floor(ratios.length * part), ratios.length - 1)] ?? Number.NaN;
  const ratio = median(ratios);
  return {
    earlier: median(pairs.map(({ earlier }) => earlier)),
    here: median(pairs.map(({ here }) => here)),
    ratio,
    quartiles: [at(0.25), at(0.75)],
    isWithin: sense === 'least' ? ratio >= bound : ratio <= bound,
  };
}
