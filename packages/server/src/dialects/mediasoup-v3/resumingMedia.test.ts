import type { NewConsumer } from '@tureen/protocol/mediasoup-v3';
import { expect, it } from 'vitest';
import { openRooms } from '../../testing/openRooms.ts';
import { send } from '../../testing/PushPullPeer.ts';
import { useBackend } from '../../testing/useBackend.ts';
import { V3MediaPeer } from '../../testing/V3MediaPeer.ts';

const backend = useBackend();

it('media flows without a lost packet while its sender and its receiver are disconnected, and after they resume', async () => {
  using rooms = openRooms(backend());
  await using alice = new V3MediaPeer(rooms.connect('alice'));
  await using bob = new V3MediaPeer(rooms.connect('bob'));
  const tokens = [await alice.join({ canResume: true }), await bob.join({ canResume: true })].map(
    ({ resumeToken }) => resumeToken,
  );
  const { producerId, track } = await alice.send();
  const offer = await bob.client.connection.received<NewConsumer>('newConsumer');
  expect(offer).toMatchObject({ producerId });
  const reception = await bob.receive(offer);
  const stop = send({ tracks: [track] });
  await reception.more(3);

  alice.client.connection.drop();
  await reception.more(5);
  const { resumed } = await alice.client.resume(rooms.connect('alice').connection, tokens[0], {
    producers: [producerId],
  });
  expect(resumed?.producers).toEqual([{ id: producerId, paused: false }]);
  await reception.more(5);

  bob.client.connection.drop();
  await reception.more(5);
  const back = await bob.client.resume(rooms.connect('bob').connection, tokens[1], { consumers: [offer.id] });
  expect(back.resumed?.consumers).toEqual([{ id: offer.id, paused: false, producerPaused: false }]);
  await reception.more(5);

  stop();
  expect(reception.lost).toBe(0);
  expect(bob.client.connection.allReceived('newConsumer')).toEqual([]);
});
