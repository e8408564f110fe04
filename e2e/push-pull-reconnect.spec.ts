import { expectReconnect } from './fixtures/expectReconnect.ts';
import { test } from './fixtures/test.ts';

test('push-pull: a user reconnects under its own ID after a drop, with media in both directions', async ({ world }) => {
  await expectReconnect(world, 'push-pull');
});
