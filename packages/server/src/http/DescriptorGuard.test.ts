import { once } from 'node:events';
import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { capturedLogs } from '../testing/capturedLogs.ts';
import { DescriptorGuard, descriptorLimit } from './DescriptorGuard.ts';

/** Opens the server's end of a real TCP connection. */
async function openSocket(): Promise<{ socket: Socket; [Symbol.dispose](): void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  return {
    socket,
    [Symbol.dispose]: () => {
      client.destroy();
      socket.destroy();
      server.close();
    },
  };
}

function openGuard(limit: number | undefined) {
  const clock = new ManualClock();
  const { logger, lines } = capturedLogs();
  let refused = 0;
  const guard = new DescriptorGuard({ limit, clock, logger, onRefused: () => (refused += 1) });
  return { guard, clock, refusedCounts: () => lines.map((line) => line.refused), refused: () => refused };
}

describe('DescriptorGuard', () => {
  it.each([undefined, 1_000_000])('admits a connection when the limit is %s', async (limit) => {
    using opened = await openSocket();
    const { guard, refused } = openGuard(limit);
    expect(guard.admits(opened.socket)).toBe(true);
    expect(refused()).toBe(0);
  });

  it('logs the first refusal, then the number of refusals once a minute', async () => {
    using opened = await openSocket();
    const { guard, clock, refusedCounts, refused } = openGuard(4);
    const refuse = (times: number) => {
      for (let n = 0; n < times; n += 1) expect(guard.admits(opened.socket)).toBe(false);
    };
    refuse(3);
    expect(refusedCounts()).toEqual([1]);
    clock.advance(59_999);
    expect(refusedCounts()).toEqual([1]);
    clock.advance(1);
    expect(refusedCounts()).toEqual([1, 2]);
    refuse(4);
    clock.advance(60_000);
    expect(refusedCounts()).toEqual([1, 2, 4]);
    // A minute without refusals stops the log lines.
    clock.advance(60_000);
    expect(clock.pending).toBe(0);
    refuse(1);
    expect(refusedCounts()).toEqual([1, 2, 4, 1]);
    expect(refused()).toBe(8);
    guard.close();
    expect(clock.pending).toBe(0);
  });
});

describe('descriptorLimit', () => {
  it('returns the limit of the system', () => {
    expect(descriptorLimit()).toBeGreaterThan(100);
  });
});
