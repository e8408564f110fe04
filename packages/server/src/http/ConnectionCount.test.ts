import { describe, expect, it } from 'vitest';
import { ConnectionCount } from './ConnectionCount.ts';

/** Returns whether each address may connect, with all connections staying open. */
const come = (count: ConnectionCount, ...addresses: string[]) =>
  addresses.map((address) => count.take(address, () => {}));

describe('the connection count of an address', () => {
  it('admits up to the limit, whatever other addresses do', () => {
    const count = new ConnectionCount(2);
    expect(come(count, '192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2')).toEqual([true, true, false, true]);
  });

  it('admits another connection after one has closed', () => {
    const count = new ConnectionCount(1);
    let close = () => {};
    count.take('192.0.2.1', (giveBack) => (close = giveBack));
    expect(come(count, '192.0.2.1')).toEqual([false]);
    close();
    expect(come(count, '192.0.2.1', '192.0.2.1')).toEqual([true, false]);
  });

  it('counts IPv6 by its /64 network, and IPv4 in IPv6 form as IPv4', () => {
    const count = new ConnectionCount(1);
    expect(come(count, '2001:db8:0:7::1', '2001:db8:0:7:1:2:3:4', '2001:0db8::7:0:0:0:5', '2001:db8:0:8::1')).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(come(count, '::1', '::2', '::ffff:192.0.2.1', '192.0.2.1', '::ffff:192.0.2.2')).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
  });

  it('admits any number when no limit is set', () => {
    expect(come(new ConnectionCount(0), 'a', 'a', 'a')).toEqual([true, true, true]);
  });
});
