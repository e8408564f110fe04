import { createHmac, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { crc32 } from 'node:zlib';

const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const MAGIC_COOKIE = 0x2112a442;
const FINGERPRINT_XOR = 0x5354554e;
const HEADER_BYTES = 20;

/** Parts of an ICE candidate and its transport that STUN requires. */
export interface StunTarget {
  readonly address: string;
  readonly port: number;
  readonly usernameFragment: string;
  readonly password: string;
}

/** Returns whether a UDP candidate is reachable: sends one STUN binding request, as ICE does, and waits for the response. */
export async function isBindingAnswered({ address, port, usernameFragment, password }: StunTarget): Promise<boolean> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  try {
    socket.send(bindingRequest(`${usernameFragment}:test`, password), port, address);
    const [response] = (await once(socket, 'message')) as [Buffer];
    return response.readUInt16BE(0) === BINDING_SUCCESS;
  } finally {
    socket.close();
  }
}

/** Creates a binding request, as in RFC 8489 and RFC 8445, 7.1. */
function bindingRequest(username: string, password: string): Buffer {
  const body = Buffer.concat([
    attribute(0x0006, Buffer.from(username)),
    attribute(0x0024, Buffer.from([0x6e, 0x7f, 0xff, 0xff])),
    attribute(0x802a, randomBytes(8)),
  ]);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(BINDING_REQUEST, 0);
  header.writeUInt32BE(MAGIC_COOKIE, 4);
  randomBytes(12).copy(header, 8);
  const message = Buffer.concat([header, body]);
  // Either checksum counts a length that includes itself.
  message.writeUInt16BE(body.length + 24, 2);
  const integrity = attribute(0x0008, createHmac('sha1', password).update(message).digest());
  const signed = Buffer.concat([message, integrity]);
  signed.writeUInt16BE(body.length + 32, 2);
  const fingerprint = Buffer.alloc(4);
  fingerprint.writeUInt32BE((crc32(signed) ^ FINGERPRINT_XOR) >>> 0);
  return Buffer.concat([signed, attribute(0x8028, fingerprint)]);
}

function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}
