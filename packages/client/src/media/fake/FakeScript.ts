import { deferred } from '@tureen/kernel';
import { TureenError } from '../../shared/errors.ts';

/** Operation that a test can make fail or wait. `connect`: sending the DTLS parameters, within the first other operation. */
export type FakeOperation =
  | 'load'
  | 'connect'
  | 'produce'
  | 'produceData'
  | 'consume'
  | 'consumeData'
  | 'restartIce'
  | 'replaceTrack'
  | 'setMaxSpatialLayer';

/** Operations of one kind, held until the test releases them. */
export interface FakeHold {
  /** Number of held operations. */
  readonly waiting: number;
  /** Resolves when an operation is held; at once if the test holds an operation already. */
  reached(): Promise<void>;
  /** Releases held and later operations. */
  release(): void;
}

interface Gate {
  waiting: number;
  readonly open: Promise<void>;
  readonly reached: Promise<void>;
  readonly arrive: () => void;
}

/** Failures and delays that a test has scripted. */
export class FakeScript {
  readonly #failures = new Map<FakeOperation, Error[]>();
  readonly #gates = new Map<FakeOperation, Gate>();

  /** Makes the next `operation` reject with `error`. Default: a `mediaFailed`. */
  failNext(operation: FakeOperation, error?: Error): void {
    const failures = this.#failures.get(operation) ?? [];
    failures.push(error ?? new TureenError('mediaFailed', `${operation} failed, as scripted by the test`));
    this.#failures.set(operation, failures);
  }

  /** Holds every later `operation` until `release()` of the returned object. */
  hold(operation: FakeOperation): FakeHold {
    if (this.#gates.has(operation)) throw new TureenError('invalidState', `${operation} is held already`);
    const open = deferred<undefined>();
    const reached = deferred<undefined>();
    const gate: Gate = {
      waiting: 0,
      open: open.promise.then(() => {}),
      reached: reached.promise.then(() => {}),
      arrive: () => {
        reached.resolve(undefined);
      },
    };
    this.#gates.set(operation, gate);
    return {
      get waiting() {
        return gate.waiting;
      },
      reached: () => gate.reached,
      release: () => {
        if (this.#gates.get(operation) === gate) this.#gates.delete(operation);
        open.resolve(undefined);
      },
    };
  }

  /** Applies the script to an operation. Called before the operation does its work. */
  async step(operation: FakeOperation): Promise<void> {
    const gate = this.#gates.get(operation);
    if (gate !== undefined) {
      gate.waiting += 1;
      gate.arrive();
      await gate.open;
      gate.waiting -= 1;
    }
    const failure = this.#failures.get(operation)?.shift();
    if (failure !== undefined) throw failure;
  }
}
