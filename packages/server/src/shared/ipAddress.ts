import { isIP, isIPv4, isIPv6 } from 'node:net';

/** Returns an IP address in its shortest form: without zone, and as IPv4 for IPv4 in IPv6. Any other text is returned unchanged. */
export function canonicalIp(address: string): string {
  if (!isIPv6(address)) return address;
  const [plain = ''] = address.split('%');
  // The URL parser writes the form of RFC 5952, with an embedded IPv4 address in hexadecimal.
  const short = new URL(`http://[${plain}]`).hostname.slice(1, -1);
  const [, high = '', low = ''] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(short) ?? [];
  return high === '' ? short : [...bytesOf(high), ...bytesOf(low)].join('.');
}

function bytesOf(group: string): readonly [number, number] {
  const value = parseInt(group, 16);
  return [value >> 8, value & 0xff];
}

/** Returns whether an address can only be this machine. */
export function isLoopbackIp(address: string): boolean {
  const ip = canonicalIp(address);
  return ip === '::1' || (isIPv4(ip) && ip.startsWith('127.'));
}

/** Prefix of NAT64 (RFC 6052): each address in it is another IPv4 client. */
const NAT64 = '64:ff9b::';

/** Returns the network that belongs to one client: an IPv4 address, or the /64 of an IPv6 address. */
export function networkOf(address: string): string {
  const ip = canonicalIp(address);
  if (isIP(ip) !== 6 || ip.startsWith(NAT64)) return ip;
  const [head = '', tail] = ip.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - groups.length - after.length }, () => '0');
  const whole = tail === undefined ? groups : [...groups, ...zeros, ...after];
  return whole.slice(0, 4).join(':');
}
