import { comesBack } from './fixtures/comesBack.ts';
import { test } from './fixtures/test.ts';

/** A server that keeps nobody's place: all servers but ours are such. */
test.use({ settings: { reconnectGraceMs: 0 } });

for (const dialect of ['mediasoup-v3', 'mediasoup-v2', 'push-pull'] as const)
  test(`${dialect}: a room should come back by itself where the server has forgotten it`, async ({ world }) => {
    await comesBack(world, dialect, { isKept: false });
  });
