import { isIPv6 } from 'node:net';

/** Counts the connections of each remote address, so that one of them does not take them all. */
export class ConnectionCount {
  readonly #max: number;
  readonly #counts = new Map<string, number>();

  /** 0 allows any number. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Counts one more until `whenClosed` calls back; whether it may still be. */
  take(address: string, whenClosed: (giveBack: () => void) => void): boolean {
    if (this.#max === 0) return true;
    const site = siteOf(address);
    const count = this.#counts.get(site) ?? 0;
    if (count >= this.#max) return false;
    this.#counts.set(site, count + 1);
    whenClosed(() => {
      const left = (this.#counts.get(site) ?? 1) - 1;
      if (left === 0) this.#counts.delete(site);
      else this.#counts.set(site, left);
    });
    return true;
  }
}

/** What counts as one: an IPv4 address, or the /64 of an IPv6 one, of which whoever has one has all. */
function siteOf(address: string): string {
  const [, mapped] = /^::ffff:([\d.]+)$/i.exec(address) ?? [];
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - groups.length - after.length }, () => '0');
  const whole = tail === undefined ? groups : [...groups, ...zeros, ...after];
  return whole
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':');
}
