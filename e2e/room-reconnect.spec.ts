import { expectReconnect } from './fixtures/expectReconnect.ts';
import { test } from './fixtures/test.ts';

test('a room resumes automatically after a drop, with the same objects, IDs and tracks', async ({ world }) => {
  await expectReconnect(world, 'mediasoup-v3');
});
