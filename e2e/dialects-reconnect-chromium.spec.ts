import { expectReconnect } from './fixtures/expectReconnect.ts';
import { test } from './fixtures/test.ts';

for (const dialect of ['mediasoup-v2', 'mediasoup-v2-beta', 'mediasoup-v2-alpha'] as const)
  test(`${dialect}: a room reconnects automatically when its connection drops`, async ({ world }) => {
    await expectReconnect(world, dialect);
  });
