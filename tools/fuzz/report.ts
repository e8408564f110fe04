import type { DialectName, Direction } from './dialects.ts';
import { pollution } from './Fuzzer.ts';

/** Options of one run. */
export interface FuzzOptions {
  readonly dialect: DialectName;
  readonly seed: number;
  readonly messages: number;
  /** Characters of the longest text. Default 100 000. */
  readonly huge?: number;
}

/** Result of one run. */
export interface FuzzReport {
  readonly dialect: DialectName;
  readonly direction: Direction;
  readonly seed: number;
  readonly messages: number;
  /** Counts by name, for the summary. */
  readonly counts: Readonly<Record<string, number>>;
  /** Growth of the heap in bytes after a warm-up; null without `--expose-gc`. */
  readonly heapGrowth: number | null;
  /** Faults found; empty after a good run. */
  readonly faults: readonly string[];
}

/** Collects faults, and watches the process for uncaught errors and polluted prototypes. */
export class FaultList implements Disposable {
  readonly faults: string[] = [];
  /** Number of messages sent so far. Shows where a fault occurred. */
  at = 0;
  readonly #onUncaught = (error: unknown) => {
    this.add(`uncaught: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  };

  constructor() {
    process.on('uncaughtException', this.#onUncaught);
    process.on('unhandledRejection', this.#onUncaught);
  }

  /** Adds a fault once, however often it occurs. Keeps up to twenty faults. */
  add(fault: string): void {
    const isKnown = this.faults.some((known) => known.endsWith(fault));
    if (!isKnown && this.faults.length < 20) this.faults.push(`message ${String(this.at)}: ${fault}`);
  }

  checkPrototypes(): void {
    if (pollution in {}) {
      this.add('Object.prototype was polluted');
      Reflect.deleteProperty(Object.prototype, pollution);
    }
  }

  [Symbol.dispose](): void {
    process.off('uncaughtException', this.#onUncaught);
    process.off('unhandledRejection', this.#onUncaught);
  }
}

/** Bytes on the heap after a collection. Null without `--expose-gc`. */
export function heapUsed(): number | null {
  if (globalThis.gc === undefined) return null;
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
