import { isIP } from 'node:net';
import * as v from 'valibot';

const WILDCARDS: readonly string[] = ['0.0.0.0', '::'];

/** RFC 1123, and not all digits at the end: such a name would be read as an IPv4 address with parts missing. */
const HOST_NAME = /^(?=.{1,253}$)([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)*(?!\d+$)[a-z\d]([a-z\d-]{0,61}[a-z\d])?\.?$/i;

/** An address of this machine, or a wildcard. */
export const listenIp = v.pipe(
  v.string('must be text'),
  v.check((value) => isIP(value) !== 0, 'must be an IP address'),
);

/** An address or a name under which clients reach this machine. */
export const announcedAddress = v.pipe(
  v.string('must be text'),
  v.check((value) => !WILDCARDS.includes(value), 'must not be a wildcard: clients cannot send to it'),
  v.check(
    (value) => (isIP(value) !== 0 && !value.includes('%')) || HOST_NAME.test(value),
    'must be an IP address or a host name, without port or brackets',
  ),
);

/** One, or a list without repetitions; comes out as a list. */
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
      'must be text, or a list of it',
    ),
    v.array(schema),
    v.nonEmpty('must not be empty'),
    v.check((list) => new Set(list).size === list.length, 'must not name an address twice'),
  );
}
