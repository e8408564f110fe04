import { expect, it } from 'vitest';
import { FrameSplitter } from './FrameSplitter.ts';

const head = 'GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n';
const mask = Buffer.from([1, 2, 3, 250]);

function frame(text: string, { opcode = 1, isMasked = false } = {}): Buffer {
  const payload = Buffer.from(text);
  const size = Buffer.alloc(payload.length < 126 ? 1 : payload.length < 65_536 ? 3 : 9);
  if (size.length === 1) size.writeUInt8(payload.length);
  else if (size.length === 3) size.writeUIntBE(126 * 65_536 + payload.length, 0, 3);
  else {
    size.writeUInt8(127);
    size.writeBigUInt64BE(BigInt(payload.length), 1);
  }
  if (!isMasked) return Buffer.concat([Buffer.from([0x80 | opcode]), size, payload]);
  size.writeUInt8(size.readUInt8() | 0x80);
  const masked = payload.map((byte, index) => byte ^ mask.readUInt8(index % 4));
  return Buffer.concat([Buffer.from([0x80 | opcode]), size, mask, masked]);
}

const short = ['', 'ä', 'x'.repeat(125), 'y'.repeat(126)];
const long = [...short, 'z'.repeat(65_536)];

it.each([
  { texts: short, piece: 1, isMasked: true },
  { texts: short, piece: 1, isMasked: false },
  { texts: long, piece: 9000, isMasked: true },
  { texts: long, piece: 9000, isMasked: false },
  { texts: long, piece: 100_000, isMasked: false },
])('finds $texts.length frames in pieces of $piece bytes (masked: $isMasked)', ({ texts, piece, isMasked }) => {
  const bytes = Buffer.concat([
    Buffer.from(head),
    frame('ping', { opcode: 9, isMasked }),
    ...texts.map((text) => frame(text, { isMasked })),
  ]);
  const splitter = new FrameSplitter();
  const found = [];
  for (let at = 0; at < bytes.length; at += piece) found.push(...splitter.push(bytes.subarray(at, at + piece)));
  expect(found.map(({ text }) => text)).toEqual([null, null, ...texts]);
  expect(Buffer.concat(found.map((one) => one.bytes)).equals(bytes)).toBe(true);
});
