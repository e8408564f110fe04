/** Bits of the first byte of a frame (RFC 6455, section 5.2). */
const FIN = 0x80;
const TEXT = 0x1;
const CONTINUATION = 0x0;

/** Values of the second byte that announce a length of 2 or of 8 bytes. Smaller values are the length. */
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const MAX_LENGTH_16 = 0xffff;

/** Place of a frame in its message. */
export interface FramePlace {
  /** Length of the payload, in bytes. */
  readonly payloadBytes: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** Creates a frame of a text message from a server: unmasked, without extensions, header and payload in one buffer. */
export function textFrame(payload: string | Buffer, { payloadBytes, isFirst, isLast }: FramePlace): Buffer {
  const headerBytes = payloadBytes < LENGTH_16 ? 2 : payloadBytes <= MAX_LENGTH_16 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerBytes + payloadBytes);
  frame[0] = (isLast ? FIN : 0) | (isFirst ? TEXT : CONTINUATION);
  if (headerBytes === 2) {
    frame[1] = payloadBytes;
  } else if (headerBytes === 4) {
    frame[1] = LENGTH_16;
    frame.writeUInt16BE(payloadBytes, 2);
  } else {
    frame[1] = LENGTH_64;
    frame.writeBigUInt64BE(BigInt(payloadBytes), 2);
  }
  if (typeof payload === 'string') frame.write(payload, headerBytes);
  else payload.copy(frame, headerBytes);
  return frame;
}
