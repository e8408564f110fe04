/** Dialects by name, which is also their path on the reference server. */
export const dialects = [
  'mediasoup-v3',
  'mediasoup-v2',
  'mediasoup-v2-beta',
  'mediasoup-v2-alpha',
  'push-pull',
] as const;

export type DialectName = (typeof dialects)[number];
