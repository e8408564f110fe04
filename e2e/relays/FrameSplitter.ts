export interface Frame {
  /** Bytes on the wire, including head and mask. */
  readonly bytes: Buffer;
  /** Offset of the payload in `bytes`. */
  readonly payloadAt: number;
  /** Null unless the frame is a complete text: the HTTP head of the handshake, pings, close frames. */
  readonly text: string | null;
}

const endOfHead = Buffer.from('\r\n\r\n');

/** Splits the bytes of one direction of a WebSocket into frames. */
export class FrameSplitter {
  #left: Buffer = Buffer.alloc(0);
  #isPastHead = false;

  push(chunk: Buffer): Frame[] {
    this.#left = Buffer.concat([this.#left, chunk]);
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame !== null; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): Frame | null {
    if (this.#isPastHead) return this.#frame();
    const end = this.#left.indexOf(endOfHead);
    if (end === -1) return null;
    this.#isPastHead = true;
    return { bytes: this.#take(end + endOfHead.length), payloadAt: 0, text: null };
  }

  /** Reads one frame (RFC 6455, 5.2). */
  #frame(): Frame | null {
    const left = this.#left;
    if (left.length < 2) return null;
    const short = left.readUInt8(1) & 0x7f;
    const sizeBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
    const isMasked = (left.readUInt8(1) & 0x80) !== 0;
    const payloadAt = 2 + sizeBytes + (isMasked ? 4 : 0);
    if (left.length < payloadAt) return null;
    const size = sizeBytes === 0 ? short : sizeBytes === 2 ? left.readUInt16BE(2) : Number(left.readBigUInt64BE(2));
    if (left.length < payloadAt + size) return null;
    const bytes = this.#take(payloadAt + size);
    const isWholeText = bytes.readUInt8(0) === 0x81;
    return { bytes, payloadAt, text: isWholeText ? payloadOf(bytes, payloadAt, isMasked).toString() : null };
  }

  #take(size: number): Buffer {
    const taken = this.#left.subarray(0, size);
    this.#left = this.#left.subarray(size);
    return taken;
  }
}

function payloadOf(bytes: Buffer, payloadAt: number, isMasked: boolean): Buffer {
  const payload = bytes.subarray(payloadAt);
  if (!isMasked) return payload;
  const mask = bytes.subarray(payloadAt - 4, payloadAt);
  return payload.map((byte, index) => byte ^ mask.readUInt8(index % 4)) as Buffer;
}
