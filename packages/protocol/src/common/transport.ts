import * as s from './schema/index.ts';
import { address, fingerprint, iceText } from './grammar.ts';
import { MAX_FINGERPRINTS } from './limits.ts';
import { integer, uint32 } from './integers.ts';

/** ICE credentials of the server's end of a transport. */
export const iceParameters = s.object({
  usernameFragment: iceText,
  password: iceText,
  iceLite: s.optional(s.boolean()),
});
/** ICE credentials of the server's end of a transport. */
export type IceParameters = s.InferOutput<typeof iceParameters>;

/** Address of the server's end of a transport. Fills both `address` and `ip` from either. */
export const iceCandidate = s.preprocess(
  s.object({
    foundation: iceText,
    priority: uint32,
    address,
    ip: address,
    protocol: s.picklist(['udp', 'tcp']),
    port: integer(0, 0xffff),
    type: s.picklist(['host', 'srflx', 'prflx', 'relay']),
    tcpType: s.optional(s.picklist(['active', 'passive', 'so'])),
  }),
  ({ ip, address, ...candidate }) => ({ ...candidate, address: address ?? ip, ip: ip ?? address }),
);
/** Address of the server's end of a transport. Has both `address` and `ip`. */
export type IceCandidate = s.InferOutput<typeof iceCandidate>;

const dtlsFingerprint = s.object({
  algorithm: s.picklist(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
  value: fingerprint,
});
/** Digest of a certificate: hexadecimal pairs separated by colons. */
export type DtlsFingerprint = s.InferOutput<typeof dtlsFingerprint>;

/** Certificate and DTLS role of one end of a transport. */
export const dtlsParameters = s.object({
  role: s.optional(s.picklist(['auto', 'client', 'server'])),
  fingerprints: s.array(dtlsFingerprint, MAX_FINGERPRINTS),
});
/** Certificate and DTLS role of one end of a transport. */
export type DtlsParameters = s.InferOutput<typeof dtlsParameters>;

/** STUN or TURN server in the form of `RTCIceServer`. Tureen's server and that of 2060-io send them with a transport. */
export const iceServer = s.object({
  urls: s.custom<string | string[]>(
    (input) =>
      typeof input === 'string' || (Array.isArray(input) && input.every((url: unknown) => typeof url === 'string')),
    'Expected string or array of strings',
  ),
  username: s.optional(s.string()),
  credential: s.optional(s.string()),
});
/** STUN or TURN server. */
export type IceServer = s.InferOutput<typeof iceServer>;
