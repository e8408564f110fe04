import type { ProducerEncoding } from '@tureen/client';

/**
 * Codecs and modes that Chromium 156 and Firefox 153 (an ESR without H264) decode from each other, over mediasoup 3.27.1. `codecs*.full.ts`
 * send each and count decoded frames. `docs/codecs.md` shows the table.
 */
export const browserNames = ['chromium', 'firefox'] as const;
export type BrowserName = (typeof browserNames)[number];

/** Modes of sending. Bitrates suit the picture of the walk, 960 × 540. */
export const modes = {
  plain: [{}],
  L1T2: [{ scalabilityMode: 'L1T2' }],
  L1T3: [{ scalabilityMode: 'L1T3' }],
  L2T3: [{ scalabilityMode: 'L2T3' }],
  L3T3: [{ scalabilityMode: 'L3T3' }],
  L3T3_KEY: [{ scalabilityMode: 'L3T3_KEY' }],
  'simulcast 2': [
    { scaleResolutionDownBy: 2, maxBitrate: 200_000 },
    { scaleResolutionDownBy: 1, maxBitrate: 900_000 },
  ],
  'simulcast 3': [
    { scaleResolutionDownBy: 4, maxBitrate: 100_000 },
    { scaleResolutionDownBy: 2, maxBitrate: 250_000 },
    { scaleResolutionDownBy: 1, maxBitrate: 900_000 },
  ],
  'simulcast 3 L1T3': [
    { scaleResolutionDownBy: 4, maxBitrate: 100_000, scalabilityMode: 'L1T3' },
    { scaleResolutionDownBy: 2, maxBitrate: 250_000, scalabilityMode: 'L1T3' },
    { scaleResolutionDownBy: 1, maxBitrate: 900_000, scalabilityMode: 'L1T3' },
  ],
} as const satisfies Record<string, readonly ProducerEncoding[]>;
export type ModeName = keyof typeof modes;
export const modeNames = Object.keys(modes) as ModeName[];

/** Number of layers of a mode. */
export function layersOf(mode: ModeName): { spatial: number; temporal: number } {
  const encodings: readonly ProducerEncoding[] = modes[mode];
  const [, spatial = 1, temporal = 1] = /^L(\d)T(\d)/.exec(encodings[0]?.scalabilityMode ?? '') ?? [];
  return { spatial: encodings.length > 1 ? encodings.length : Number(spatial), temporal: Number(temporal) };
}

/**
 * Result at a receiver. `layers`: the lowest and the highest layer, which differ. `decoded`: the only layer. `lowest layer`: nothing else.
 * `no codec`: the receiver lacks the codec, and the server reports that.
 */
export type Outcome = 'layers' | 'decoded' | 'lowest layer' | 'nothing' | 'no codec';

export const codecNames = ['VP8', 'VP9', 'VP9 profile 2', 'H264', 'H264 main', 'AV1'] as const;
export type CodecName = (typeof codecNames)[number];

/**
 * Result at each receiver, or the reason why nothing is sent. `refused`: the client refuses, because mediasoup would. `no codec`: the browser
 * lacks the codec. `not verified`: this browser lacks the codec, but others may have it.
 */
export type Row = Readonly<Record<BrowserName, Outcome>> | 'refused' | 'no codec' | 'not verified';

const both = (outcome: Outcome): Row => ({ chromium: outcome, firefox: outcome });
const notInFirefox = (outcome: Outcome): Row => ({ chromium: outcome, firefox: 'no codec' });

/** The same row for all modes except those in `others`. */
const each = (row: Row, others: Partial<Record<ModeName, Row>> = {}): Record<ModeName, Row> => ({
  ...(Object.fromEntries(modeNames.map((mode) => [mode, row])) as Record<ModeName, Row>),
  ...others,
});
const noSimulcast = {
  'simulcast 2': 'refused',
  'simulcast 3': 'refused',
  'simulcast 3 L1T3': 'refused',
} as const;
const simulcastOf = (row: Row) => ({ 'simulcast 2': row, 'simulcast 3': row, 'simulcast 3 L1T3': row });
const temporalOf = (row: Row) => ({ L1T2: row, L1T3: row });

/** Results over dialects whose server chooses layers (mediasoup-v3 and v2). */
export const codecTable: Readonly<Record<BrowserName, Readonly<Record<CodecName, Readonly<Record<ModeName, Row>>>>>> = {
  chromium: {
    VP8: each(both('decoded'), { ...temporalOf(both('layers')), ...simulcastOf(both('layers')) }),
    VP9: each(both('layers'), { plain: both('decoded'), ...noSimulcast }),
    'VP9 profile 2': each(notInFirefox('layers'), { plain: notInFirefox('decoded'), ...noSimulcast }),
    H264: each(notInFirefox('decoded'), {
      ...temporalOf(notInFirefox('layers')),
      ...simulcastOf(notInFirefox('layers')),
    }),
    'H264 main': each(notInFirefox('decoded'), {
      ...temporalOf(notInFirefox('layers')),
      ...simulcastOf(notInFirefox('layers')),
    }),
    AV1: each(
      { chromium: 'lowest layer', firefox: 'layers' },
      { plain: both('decoded'), ...temporalOf(both('layers')), ...noSimulcast },
    ),
  },
  firefox: {
    VP8: each(both('decoded'), simulcastOf(both('layers'))),
    VP9: each(both('decoded'), noSimulcast),
    'VP9 profile 2': each('no codec'),
    H264: each('not verified'),
    'H264 main': each('not verified'),
    AV1: each(both('decoded'), noSimulcast),
  },
};

/** Modes for push-pull, where a server forwards the whole stream. */
export const pushPullModes = ['plain', 'L1T3', 'L3T3_KEY', 'simulcast 3'] as const satisfies ModeName[];
export const pushPullTable: Readonly<
  Record<BrowserName, Readonly<Partial<Record<CodecName, Readonly<Record<(typeof pushPullModes)[number], Row>>>>>>
> = {
  chromium: {
    VP8: each(both('decoded')),
    VP9: each(both('decoded'), noSimulcast),
    AV1: each(both('decoded'), { ...noSimulcast, L3T3_KEY: 'refused' }),
  },
  firefox: {
    VP8: each(both('decoded')),
    VP9: each(both('decoded'), noSimulcast),
    AV1: each(both('decoded'), { ...noSimulcast, L3T3_KEY: 'refused' }),
  },
};

/** Whether the client sends it. The client refuses everything that some receiver decodes only in part or not at all. */
export function isSent(row: Row): boolean {
  if (typeof row === 'string') return false;
  return browserNames.every((name) => row[name] !== 'lowest layer' && row[name] !== 'nothing');
}
