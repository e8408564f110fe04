import type { DialectName, Direction } from './dialects.ts';
import { pollution } from './Fuzzer.ts';

/** What one run is asked to do. */
export interface FuzzOptions {
  readonly dialect: DialectName;
  readonly seed: number;
  readonly messages: number;
  /** Characters of the longest text. Default 100 000. */
  readonly huge?: number;
}

/** What came of it. */
export interface FuzzReport {
  readonly dialect: DialectName;
  readonly direction: Direction;
  readonly seed: number;
  readonly messages: number;
  /** By name, for the table at the end. */
  readonly counts: Readonly<Record<string, number>>;
  /** Bytes that the heap has grown by, after a first part that warms up; null where nothing can be collected. */
  readonly heapGrowth: number | null;
  /** Empty where all is well. */
  readonly faults: readonly string[];
}

/** Collects what went wrong, and looks at what may go wrong anywhere in the process. */
export class FaultList implements Disposable {
  readonly faults: string[] = [];
  /** How many messages have been sent, to say where it was. */
  at = 0;
  readonly #onUncaught = (error: unknown) => {
    this.add(`uncaught: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  };

  constructor() {
    process.on('uncaughtException', this.#onUncaught);
    process.on('unhandledRejection', this.#onUncaught);
  }

  /** Says it once, however often it comes, and twenty at the most. */
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

/** Bytes on the heap after a collection; null where the process was not started with `--expose-gc`. */
export function heapUsed(): number | null {
  if (globalThis.gc === undefined) return null;
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** Lets everything that waits in promises come to its end. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
