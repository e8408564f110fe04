import { comesBack } from './fixtures/comesBack.ts';
import { test } from './fixtures/test.ts';

test('a room resumes automatically after a drop, with the same objects, IDs and tracks', async ({ world }) => {
  await comesBack(world, 'mediasoup-v3');
});
