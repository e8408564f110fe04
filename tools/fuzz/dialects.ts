export const dialects = [
  'mediasoup-v3',
  'mediasoup-v2',
  'mediasoup-v2-beta',
  'mediasoup-v2-alpha',
  'push-pull',
] as const;
export type DialectName = (typeof dialects)[number];
export type V2Name = Extract<DialectName, `mediasoup-v2${string}`>;

export type Direction = 'server' | 'client';

/** Message without its frame. */
export interface Message {
  readonly method: string;
  readonly kind: 'request' | 'notification';
  readonly data: unknown;
}

export function isV2(dialect: DialectName): dialect is V2Name {
  return dialect.startsWith('mediasoup-v2');
}
