import { startServer } from '@tureen/server';
import { expect, it } from 'vitest';

import { dialectNames } from '../world/dialects.ts';
import { LoadedRoom } from './LoadedRoom.ts';
import { countedEvents } from './Tally.ts';

it('notifies every peer of every dialect once about each action of the others', async () => {
  const server = await startServer({ port: 0, workers: 1, logLevel: 'silent' });
  const room = new LoadedRoom({ url: server.url, id: 'small', patienceMs: 10_000 });
  for (const name of dialectNames) {
    await room.join(name);
    await room.publish();
  }
  await room.mute();
  await room.close();
  await server.close();

  const received = Object.fromEntries(
    countedEvents.map((event) => [event, room.tallies.reduce((sum, tally) => sum + tally.received(event), 0)]),
  );
  // Of five peers that join and leave in the same order, each learns of the four others.
  expect(received).toEqual({
    newPeer: 20,
    peerClosed: 10,
    newConsumer: 20,
    consumerClosed: 10,
    consumerPaused: 4,
    consumerResumed: 4,
  });
  expect(room.tallies.every(({ isComplete, missing }) => isComplete && missing === 0)).toBe(true);
  expect(room.complaints).toEqual([]);
});
