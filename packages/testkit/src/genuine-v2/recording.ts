import { GenuineSubject } from './GenuineSubject.ts';
import { play } from './scenario.ts';

/** Frames of one step of the scenario, of all three peers, in order. */
export interface RecordedStep {
  readonly step: string;
  readonly frames: readonly {
    readonly peer: string;
    readonly from: 'client' | 'server';
    readonly kind: string;
    readonly method: string;
    readonly payload?: unknown;
  }[];
}

/**
 * Records the call of three genuine clients on the genuine server. Replaces random values by counters, so that every recording is the same.
 */
export async function record(): Promise<RecordedStep[]> {
  const { steps } = await play((server, name) => new GenuineSubject(server, name), { ending: 'kick' });
  const lots = new Lots();
  return steps.map(({ name, everything }) => ({
    step: name,
    frames: everything.map(({ peerName, ...frame }) => ({
      peer: peerName,
      ...frame,
      ...('payload' in frame ? { payload: lots.replace(frame.payload) } : {}),
    })),
  }));
}

/** Formats the recording as JSON, one frame per line. */
export function written(steps: readonly RecordedStep[]): string {
  const lines = (frames: RecordedStep['frames']) => frames.map((frame) => `  ${JSON.stringify(frame)}`).join(',\n');
  const step = (one: RecordedStep) =>
    `{"step": ${JSON.stringify(one.step)}, "frames": [${one.frames.length === 0 ? '' : `\n${lines(one.frames)}\n`}]}`;
  return `[\n${steps.map(step).join(',\n')}\n]\n`;
}

/** Replaces random values: equal values by equal replacements. */
class Lots {
  readonly #drawn = new Map<string, number>();
  readonly #counts: Record<string, number> = {};

  replace(value: unknown, key = ''): unknown {
    if (Array.isArray(value)) return value.map((one) => this.replace(one));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.replace(one, name)]));
    if (key === 'ssrc') return 1000 + this.#number('ssrc', value);
    if (key === 'cname') return `cname${this.#number('cname', value)}`;
    if ((key === 'id' || key.endsWith('Id')) && typeof value === 'number' && value >= 10_000_000)
      return 10_000_000 + this.#number('id', value);
    return value;
  }

  #number(kind: string, value: unknown): number {
    const name = `${kind} ${String(value)}`;
    let number = this.#drawn.get(name);
    if (number === undefined) {
      number = this.#counts[kind] = (this.#counts[kind] ?? 0) + 1;
      this.#drawn.set(name, number);
    }
    return number;
  }
}
