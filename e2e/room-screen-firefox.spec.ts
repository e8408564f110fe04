import { test } from './fixtures/test.ts';
import { shareScreen } from './shareScreen.ts';

test('a screen should be shared, and end by close', async ({ world }) => {
  await shareScreen(world);
});
