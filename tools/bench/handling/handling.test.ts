import { expect, it } from 'vitest';

import { measureHandling } from './measure.ts';

it('emits every event in a room of 500 consumers, at a cost per event that does not grow with the room', async () => {
  // Also compiles the code before the measurement.
  await measureHandling(200, 10);
  const small = await measureHandling(50, 40);
  const large = await measureHandling(500, 15);

  expect(small.emitted).toBe(small.notifications);
  expect(large.emitted).toBe(large.notifications);
  // `npm run bench:client` applies the real bounds. These leave room for other work on the machine.
  expect(large.microseconds / small.microseconds).toBeLessThan(3);
  expect(large.ratio).toBeLessThan(10);
});
