/**
 * Behavior of a part towards the code that uses it. The cases run on a fake in Node and on the real part in browsers, so that a
 * fake never promises what no browser does.
 */
export interface ContractCase<World> {
  /** Title: the call or its subject, the outcome, the condition. */
  readonly title: string;
  /** Rejects where the subject breaks the contract. */
  readonly run: (world: World) => Promise<void> | void;
}

export type Contract<World> = readonly ContractCase<World>[];

/** Result of one case. */
export interface ContractResult {
  readonly title: string;
  /** Text of the failure. Null where the case passed. */
  readonly failure: string | null;
}

/** Runs each case in its own world. */
export async function runContract<World extends { close(): unknown }>(
  contract: Contract<World>,
  open: () => Promise<World>,
): Promise<ContractResult[]> {
  const results: ContractResult[] = [];
  for (const { title, run } of contract) {
    const world = await open();
    try {
      await run(world);
      results.push({ title, failure: null });
    } catch (error) {
      results.push({ title, failure: error instanceof Error ? error.message : String(error) });
    } finally {
      await world.close();
    }
  }
  return results;
}

/** Fails unless the values are equal as JSON. */
export function equal(actual: unknown, expected: unknown, what = 'value'): void {
  const [is, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== wanted) throw new Error(`${what} is ${is}, expected ${wanted}`);
}

export function isTrue(condition: boolean, what: string): void {
  if (!condition) throw new Error(`expected: ${what}`);
}

/** Returns the part of an error that code may branch on: the `code` of a TureenError, the `name` of a DOMException. */
function wordOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : String(name);
}

/** Fails unless `work` rejects with that `code` or `name`. Resolves to the error. */
export async function rejects(work: Promise<unknown>, word: string, what = 'the call'): Promise<unknown> {
  const error = await work.then(
    () => {
      throw new Error(`${what} resolves, expected ${word}`);
    },
    (reason: unknown) => reason,
  );
  equal(wordOf(error), word, `rejection of ${what}`);
  return error;
}

/** Fails unless `work` throws with that `code` or `name`. */
export function throws(work: () => unknown, word: string, what = 'the call'): void {
  try {
    work();
  } catch (error) {
    equal(wordOf(error), word, `error of ${what}`);
    return;
  }
  throw new Error(`${what} returns, expected ${word}`);
}
