import { address, fingerprint, iceText } from './grammar.ts';
import * as v from './kinds.ts';
import { MAX_FINGERPRINTS } from './limits.ts';
import { integer, maybe, prepared, shape, uint32 } from './schema.ts';

/** ICE credentials of the server's end of a transport. */
export const iceParameters = shape({
  usernameFragment: iceText,
  password: iceText,
  iceLite: maybe(v.boolean()),
});
/** ICE credentials of the server's end of a transport. */
export type IceParameters = v.InferOutput<typeof iceParameters>;

/** Where the server's end of a transport listens. `address` or `ip` will do on the wire; read, both are there. */
export const iceCandidate = prepared(
  shape({
    foundation: iceText,
    priority: uint32,
    address,
    ip: address,
    protocol: v.picklist(['udp', 'tcp']),
    port: integer(0, 0xffff),
    type: v.picklist(['host', 'srflx', 'prflx', 'relay']),
    tcpType: maybe(v.picklist(['active', 'passive', 'so'])),
  }),
  ({ ip, address, ...candidate }) => ({ ...candidate, address: address ?? ip, ip: ip ?? address }),
);
/** Where the server's end of a transport listens, read. */
export type IceCandidate = v.InferOutput<typeof iceCandidate>;

const dtlsFingerprint = shape({
  algorithm: v.picklist(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
  value: fingerprint,
});
/** The digest of a certificate: hexadecimal pairs with colons between. */
export type DtlsFingerprint = v.InferOutput<typeof dtlsFingerprint>;

/** The certificate of one end of a transport, and which part it takes in the handshake. */
export const dtlsParameters = shape({
  role: maybe(v.picklist(['auto', 'client', 'server'])),
  fingerprints: v.array(dtlsFingerprint, MAX_FINGERPRINTS),
});
/** The certificate of one end of a transport, and which part it takes in the handshake. */
export type DtlsParameters = v.InferOutput<typeof dtlsParameters>;

/** A server as `RTCPeerConnection` takes it; 2060-io's server and ours send them with a transport. */
export const iceServer = shape({
  urls: v.custom<string | string[]>(
    (input) =>
      typeof input === 'string' || (Array.isArray(input) && input.every((url: unknown) => typeof url === 'string')),
    'Expected string or array of strings',
  ),
  username: maybe(v.string()),
  credential: maybe(v.string()),
});
/** A STUN or TURN server. */
export type IceServer = v.InferOutput<typeof iceServer>;
