import type { MediaKind, RtpCapabilities } from '@tureen/protocol/common';

/** Lists codec names for a refusal, such as `VP8, H264`. */
export function codecNames(kind: MediaKind, { codecs = [] }: RtpCapabilities): string {
  const names = codecs
    .filter((codec) => codec.kind === kind && !isRtx(codec.mimeType))
    .map(({ mimeType }) => codecName(mimeType));
  return [...new Set(names)].join(', ');
}

/** `video/VP8` → `VP8`. */
export function codecName(mimeType: string): string {
  return mimeType.slice(mimeType.indexOf('/') + 1);
}

/** Whether the entry is a codec for retransmissions. */
export function isRtx(mimeType: string): boolean {
  return mimeType.toLowerCase().endsWith('/rtx');
}
