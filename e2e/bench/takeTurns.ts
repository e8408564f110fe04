/** Number of counted turns of each program. */
export const turns = 10;

/**
 * Runs programs in turns, so that other load on the machine affects all, in alternating order. The first turn warms up and is not
 * counted.
 */
export async function takeTurns<Name extends string, Sample>(
  names: readonly Name[],
  run: (name: Name, turn: number) => Promise<Sample>,
): Promise<Readonly<Record<Name, readonly Sample[]>>> {
  const samples = Object.fromEntries(names.map((name): [string, Sample[]] => [name, []])) as Record<Name, Sample[]>;
  for (let turn = 0; turn <= turns; turn += 1)
    for (const name of turn % 2 === 0 ? names : names.toReversed()) {
      const sample = await run(name, turn);
      if (turn > 0) samples[name].push(sample);
    }
  return samples;
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}
