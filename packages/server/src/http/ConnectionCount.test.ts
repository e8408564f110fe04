import { describe, expect, it } from 'vitest';
import { ConnectionCount } from './ConnectionCount.ts';

/** Whether each of them may come, all of them staying. */
const come = (count: ConnectionCount, ...addresses: string[]) =>
  addresses.map((address) => count.take(address, () => {}));

describe('connections of one address', () => {
  it('are as many as there may be, whoever else comes', () => {
    const count = new ConnectionCount(2);
    expect(come(count, '192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2')).toEqual([true, true, false, true]);
  });

  it('make room when they close', () => {
    const count = new ConnectionCount(1);
    let close = () => {};
    count.take('192.0.2.1', (giveBack) => (close = giveBack));
    expect(come(count, '192.0.2.1')).toEqual([false]);
    close();
    expect(come(count, '192.0.2.1', '192.0.2.1')).toEqual([true, false]);
  });

  it('are counted by the network of 64 bits in IPv6, and as IPv4 where they are that', () => {
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

  it('are any number where there is none', () => {
    expect(come(new ConnectionCount(0), 'a', 'a', 'a')).toEqual([true, true, true]);
  });
});
