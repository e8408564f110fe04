import { isIP } from 'node:net';
import * as v from 'valibot';
import { canonicalIp } from '../shared/ipAddress.ts';

/** Also matches longer forms, such as `0:0:0:0:0:0:0:0` and `::0`. */
function isWildcardIp(value: string): boolean {
  const ip = canonicalIp(value);
  return ip === '0.0.0.0' || ip === '::';
}

/** Also matches broadcast and the reserved addresses above. */
function isMulticast(value: string): boolean {
  const ip = canonicalIp(value);
  return isIP(ip) === 4 ? Number(ip.split('.')[0]) >= 224 : isIP(ip) === 6 && ip.startsWith('ff');
}

/** RFC 1123, but not only digits at the end: the system would read such a name as an IPv4 address with missing parts. */
const HOST_NAME = /^(?=.{1,253}$)([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)*(?!\d+$)[a-z\d]([a-z\d-]{0,61}[a-z\d])?\.?$/i;

/** Quotes the value that a message is about. */
const quoted = (value: unknown) => JSON.stringify(value);

/** An address of this machine, or a wildcard. */
export const listenIp = v.pipe(
  v.string('must be text'),
  v.check(
    (value) => isIP(value) !== 0,
    ({ input }) => `must be an IP address, not ${quoted(input)}`,
  ),
);

/** An address or a name under which clients reach this machine. */
export const announcedAddress = v.pipe(
  v.string('must be text'),
  v.check(
    (value) => !isWildcardIp(value),
    ({ input }) => `must not be a wildcard: clients cannot send to ${quoted(input)}`,
  ),
  v.check(
    (value) => !isMulticast(value),
    ({ input }) => `must be the address of one machine, not ${quoted(input)}`,
  ),
  v.check(
    (value) => (isIP(value) !== 0 && !value.includes('%')) || HOST_NAME.test(value),
    ({ input }) => `must be an IP address or a host name, without port or brackets, not ${quoted(input)}`,
  ),
);

/** Host name, domain with its subdomains, or `*` for any name. */
export const allowedHost = v.pipe(
  v.string('must be text'),
  v.check(
    (value) => value === '*' || (isIP(value) !== 0 && !value.includes('%')) || HOST_NAME.test(value.replace(/^\./, '')),
    ({ input }) =>
      `must be a host name, an IP address, .example.com or *, without port or brackets, not ${quoted(input)}`,
  ),
);

/** All proxies, none, or a list of IP addresses and networks in CIDR notation. */
export const proxies = v.custom<boolean | readonly string[]>(
  (value) =>
    typeof value === 'boolean' ||
    (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string' && isNetwork(item))),
  ({ input }) => proxyProblem(input),
);

function isNetwork(value: string): boolean {
  const [address = '', prefix, ...rest] = value.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (bits < 0 || rest.length > 0 || address.includes('%')) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
}

function proxyProblem(value: unknown): string {
  const wrong: unknown = Array.isArray(value)
    ? value.find((item) => typeof item !== 'string' || !isNetwork(item))
    : value;
  const which = wrong === undefined ? 'an empty list' : quoted(wrong);
  return `must be true, false, or a list of IP addresses and networks such as 10.0.0.0/8, not ${which}`;
}

/** One address, or a list without repetitions. The output is a list. */
export function addresses(schema: v.GenericSchema<string>): v.GenericSchema<string | readonly string[]> {
  return v.pipe(
    v.union(
      [
        v.pipe(
          v.string('must be text'),
          v.transform((one) => [one]),
        ),
        v.array(v.string('must be text')),
      ],
      'must be text, or a list of texts',
    ),
    v.array(schema),
    v.nonEmpty('must not be empty'),
    v.check((list) => new Set(list).size === list.length, 'must not name an address twice'),
  );
}
