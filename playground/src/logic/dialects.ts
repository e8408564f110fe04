import { type Dialect, mediasoupV2, mediasoupV2Alpha, mediasoupV2Beta, mediasoupV3, pushPull } from '@tureen/client';

interface DialectChoice {
  /** Text in the picker. */
  readonly title: string;
  /** Short form for a tile. */
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

/** Dialect that the page supports. */
export type DialectName = keyof typeof choices;

/** Dialect unless the user or the URL chooses another. */
export const defaultDialect: DialectName = 'mediasoup-v3';

/** Dialects in the order of the picker. */
export const dialectChoices = Object.entries(choices) as readonly [DialectName, DialectChoice][];

export function isDialectName(name: unknown): name is DialectName {
  return typeof name === 'string' && Object.hasOwn(choices, name);
}

export function makeDialect(name: DialectName): Dialect {
  return choices[name].make();
}

/** Returns the path of the dialect on the reference server. */
export function defaultServerPath(name: DialectName): string {
  return `/${name}`;
}

/** Returns the short name for a tile. An unknown dialect keeps its full name. */
export function shortDialect(name: string): string {
  return isDialectName(name) ? choices[name].short : name;
}
