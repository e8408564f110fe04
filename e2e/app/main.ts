import '@tureen/client/webrtc-adapter';
import { ProtooTransport, Room, mediasoupV3 } from '@tureen/client';

/** The README's sample as an app with a bundler would write it. */
const query = new URLSearchParams(location.search);
const room = new Room({
  roomId: query.get('room') ?? '',
  peerId: query.get('peer') ?? '',
  dialect: mediasoupV3(),
  transport: new ProtooTransport({ url: query.get('server') ?? '' }),
});

room.on('stateChanged', ({ state }) => {
  document.querySelector('[data-testid=state]')!.textContent = state;
});
room.on('newConsumer', ({ consumer, peer }) => {
  const element = consumer.attach();
  element.dataset.testid = `${peer.id}/${consumer.source}`;
  consumer.on('playing', () => {
    element.dataset.playing = 'yes';
  });
  document.querySelector('[data-testid=tiles]')!.append(element);
});

await room.join({ displayName: 'App' });
await Promise.all([room.enableCamera({ preset: 'h180' }), room.enableMicrophone()]);
