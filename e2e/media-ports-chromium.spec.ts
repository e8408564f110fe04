import { RelayedCall } from './fixtures/RelayedCall.ts';
import { expect, test } from './fixtures/test.ts';

const frames = 20;

for (const ports of ['one', 'range'] as const)
  test(`media survives cuts of a single client with ${ports === 'one' ? 'one port for all' : 'a range of ports'}`, async ({
    world,
  }) => {
    world.allowErrors(/WebSocket connection to .* failed/);
    const call = await RelayedCall.open(world, { name: `ports-${ports}`, ports });

    for (const who of ['receiver', 'sender'] as const) {
      const [lost, passed] = [call.udp.lost, call.udp.passedInCuts];
      const calm = await call.longestGap(frames);
      const gap = await call.longestGap(frames, () => call.udp.cutFor(1000, call.ufrags[who]));
      // On a slow machine, the page shows frames during the cut that arrived before it.
      expect(gap, `the picture freezes while the ${who} is cut off`).toBeGreaterThan(900 - calm);
      expect(call.udp.lost).toBeGreaterThan(lost);
      expect(call.udp.passedInCuts, 'the other client is not cut off').toBeGreaterThan(passed);
    }
    call.tcp.cut('rst');
    await expect.poll(() => call.count('reconnected')).toBe(2);
    await call.frames(frames);
    expect(await call.isTheSame()).toBe(true);

    await call.killWorker();
    await expect.poll(() => call.count('reconnected')).toBe(4);
    await call.frames(frames);
    await call.close();
  });
