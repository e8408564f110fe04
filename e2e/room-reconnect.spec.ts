import { comesBack } from './fixtures/comesBack.ts';
import { test } from './fixtures/test.ts';

test('a room should go on by itself when its connection drops, with the same objects, ids and tracks', async ({
  world,
}) => {
  await comesBack(world, 'mediasoup-v3');
});
