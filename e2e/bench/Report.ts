import { loadavg } from 'node:os';
import { expect } from '../fixtures/test.ts';
import { type EarlyKeyFrames, earlyKeyFramesText } from './earlyKeyFrames.ts';
import { delayMs } from './Network.ts';
import { median, turns } from './takeTurns.ts';

/** Result of one turn of one program. */
export interface Sample {
  /** ms from the start to the picture. */
  readonly pictureMs: number;
  /** Trips in one direction that followed each other. */
  readonly trips: number;
  /** ms from the start to each event. */
  readonly marks?: Readonly<Record<string, number>>;
  readonly roundTripsToJoin?: number;
  /** Early key frames of the server in this turn. */
  readonly earlyKeyFrames?: EarlyKeyFrames;
}

type Samples<Name extends string> = Readonly<Record<Name, readonly Sample[]>>;

const format = (value: number) => (Number.isNaN(value) ? '-' : value.toFixed());

/** Table of one bench, and its bounds. */
export class Report<Name extends string> {
  readonly #title: string;
  readonly #samples: Samples<Name>;
  readonly #rows: (readonly string[])[] = [];
  readonly #ratios: { readonly what: string; readonly value: number; readonly bound: number | null }[] = [];
  readonly #notes: string[] = [];

  constructor(title: string, samples: Samples<Name>) {
    this.#title = title;
    this.#samples = samples;
  }

  /** Adds the events as rows, then the picture, its share on the wire and the rest. */
  addTimes(picture: string, events: readonly (readonly [what: string, mark: string])[] = []): void {
    for (const [what, mark] of events) this.#addRow(what, ({ marks }) => marks?.[mark] ?? Number.NaN);
    this.#addRow(picture, ({ pictureMs }) => pictureMs);
    this.#addRow('trips on the wire', ({ trips }) => trips);
    this.#addRow(`  of ${delayMs} ms each`, wireMs);
    this.#addRow('the rest', restMs);
  }

  /** Adds the ratio of two programs' medians. Without a bound, the ratio is only printed. */
  addRatio(what: 'picture' | 'rest', [one, other]: readonly [Name, Name], bound: number | null): void {
    const of = what === 'picture' ? ({ pictureMs }: Sample) => pictureMs : restMs;
    const value = this.#medianOf(one, of) / this.#medianOf(other, of);
    this.#ratios.push({ what: `${what}, ${one} / ${other}`, value, bound });
  }

  /** Adds how often early key frames came too early, and what that cost. */
  addEarlyKeyFrames(): void {
    for (const name of Object.keys(this.#samples) as Name[])
      this.addNote(`early key frames, ${name}: ${earlyKeyFramesText(this.#samples[name])}`);
  }

  addNote(note: string): void {
    this.#notes.push(note);
  }

  /** Number of round trips until the response to `join`. */
  roundTripsToJoin(name: Name): number {
    return this.#medianOf(name, ({ roundTripsToJoin = Number.NaN }) => roundTripsToJoin);
  }

  /** Prints everything, then fails where a bound is exceeded. */
  finish(): void {
    const names = Object.keys(this.#samples) as Name[];
    const line = ([what = '', ...cells]: readonly string[]) =>
      `  ${what.padEnd(22)}${cells.map((cell) => cell.padStart(9)).join('')}`;
    const verdict = ({ value, bound }: { value: number; bound: number | null }) =>
      bound === null ? '' : value <= bound ? `, at most ${bound}` : `, EXCEEDS ${bound}`;
    console.info(
      [
        '',
        `${this.#title}: medians of ${turns} turns; load of the last minute ${loadavg()[0]?.toFixed(1)}`,
        line(['ms', ...names]),
        ...this.#rows.map(line),
        ...names.map(
          (name) => `  each, ${name}: ${this.#samples[name].map(({ pictureMs }) => format(pictureMs)).join(' ')}`,
        ),
        ...this.#ratios.map((ratio) => `  ${ratio.what}: ${ratio.value.toFixed(2)}${verdict(ratio)}`),
        ...this.#notes.map((note) => `  ${note}`),
      ].join('\n'),
    );
    for (const { what, value, bound } of this.#ratios)
      if (bound !== null) expect.soft(value, what).toBeLessThanOrEqual(bound);
  }

  #addRow(what: string, of: (sample: Sample) => number): void {
    this.#rows.push([what, ...(Object.keys(this.#samples) as Name[]).map((name) => format(this.#medianOf(name, of)))]);
  }

  #medianOf(name: Name, of: (sample: Sample) => number): number {
    return median(this.#samples[name].map(of));
  }
}

const wireMs = ({ trips }: Sample) => trips * delayMs;
const restMs = (sample: Sample) => sample.pictureMs - wireMs(sample);
