import { comesBack } from './fixtures/comesBack.ts';
import { test } from './fixtures/test.ts';

test('a room should come back by itself when its connection drops, with the same objects and media both ways', async ({
  world,
}) => {
  await comesBack(world, 'mediasoup-v3');
});
