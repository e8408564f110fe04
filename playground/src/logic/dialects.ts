import { type Dialect, mediasoupV2, mediasoupV2Alpha, mediasoupV2Beta, mediasoupV3, pushPull } from '@tureen/client';

interface DialectChoice {
  /** What the picker says. */
  readonly title: string;
  /** What a tile has room for. */
  readonly short: string;
  readonly make: () => Dialect;
}

const choices = {
  'mediasoup-v3': { title: 'mediasoup v3 (the demo)', short: 'v3', make: () => mediasoupV3() },
  'mediasoup-v2': { title: 'mediasoup v2 (2018)', short: 'v2', make: () => mediasoupV2() },
  'mediasoup-v2-beta': { title: 'mediasoup v2 beta (joinRoom)', short: 'v2 beta', make: () => mediasoupV2Beta() },
  'mediasoup-v2-alpha': {
    title: 'mediasoup v2 alpha (senders and receivers)',
    short: 'v2 alpha',
    make: () => mediasoupV2Alpha(),
  },
  'push-pull': { title: 'push and pull (RTCPilot)', short: 'push-pull', make: () => pushPull() },
} as const satisfies Record<string, DialectChoice>;

/** A dialect that the page speaks. */
export type DialectName = keyof typeof choices;

/** What is spoken unless something else is chosen. */
export const defaultDialect: DialectName = 'mediasoup-v3';

/** In the order of the picker. */
export const dialectChoices = Object.entries(choices) as readonly [DialectName, DialectChoice][];

export function isDialectName(name: unknown): name is DialectName {
  return typeof name === 'string' && Object.hasOwn(choices, name);
}

export function makeDialect(name: DialectName): Dialect {
  return choices[name].make();
}

/** Where the reference server listens for it. */
export function defaultServerPath(name: DialectName): string {
  return `/${name}`;
}

/** For a tile; a dialect of somebody else's making is shown by its own name. */
export function shortDialect(name: string): string {
  return isDialectName(name) ? choices[name].short : name;
}
