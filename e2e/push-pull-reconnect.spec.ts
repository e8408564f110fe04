import { comesBack } from './fixtures/comesBack.ts';
import { test } from './fixtures/test.ts';

test('push-pull: a user whose connection drops should come back under its own name, with media both ways', async ({
  world,
}) => {
  await comesBack(world, 'push-pull');
});
