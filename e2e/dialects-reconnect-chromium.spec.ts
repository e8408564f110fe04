import { comesBack } from './fixtures/comesBack.ts';
import { test } from './fixtures/test.ts';

for (const dialect of ['mediasoup-v2', 'mediasoup-v2-beta', 'mediasoup-v2-alpha'] as const)
  test(`${dialect}: a room reconnects automatically when its connection drops`, async ({ world }) => {
    await comesBack(world, dialect);
  });
