import { WebSocketTransport, Room, mediasoupV3 } from '@tureen/client';

const transport = new WebSocketTransport({ url: 'wss://sfu.example/' });
const room = new Room({ roomId: 'kitchen', dialect: mediasoupV3(), transport });
room.on('newConsumer', ({ consumer }) => {
  const element = consumer.attach();
  document.body.append(element);
  consumer.on('closed', () => element.remove());
});
await room.join({ displayName: 'Alice' });
await room.enableMicrophone();
await room.enableCamera();
