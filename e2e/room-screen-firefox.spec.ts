import { test } from './fixtures/test.ts';
import { shareScreen } from './shareScreen.ts';

test('screen sharing ends through close()', async ({ world }) => {
  await shareScreen(world);
});
