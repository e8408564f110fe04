import { expectReconnect } from './fixtures/expectReconnect.ts';
import { test } from './fixtures/test.ts';

/** Server without a grace period, like all servers except Tureen's. */
test.use({ settings: { reconnectGraceMs: 0 } });

for (const dialect of ['mediasoup-v3', 'mediasoup-v2', 'push-pull'] as const)
  test(`${dialect}: a room rejoins automatically when the server has no session of it`, async ({ world }) => {
    await expectReconnect(world, dialect, { isKept: false });
  });
