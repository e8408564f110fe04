import { comesBack } from './fixtures/comesBack.ts';
import { test } from './fixtures/test.ts';

test('push-pull: a user reconnects under its own ID after a drop, with media in both directions', async ({ world }) => {
  await comesBack(world, 'push-pull');
});
