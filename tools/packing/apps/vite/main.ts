import { ProtooTransport, Room, TureenError, mediasoupV3 } from '@tureen/client';
import { type DeviceEngineOptions, type SignalingTransport, deviceEngine } from '@tureen/client/ports';

const options: DeviceEngineOptions = { iceTransportPolicy: 'relay' };
const transport: SignalingTransport = new ProtooTransport({ url: 'ws://server.test/' });
const room = new Room({
  roomId: 'kitchen',
  peerId: 'alice',
  dialect: mediasoupV3({ engine: deviceEngine(options) }),
  transport,
  reconnectPolicy: null,
});
room.on('newConsumer', ({ consumer }) => document.body.append(consumer.attach()));

/** The server of the check refuses the first request. */
const output = document.querySelector('output')!;
try {
  await room.join({ displayName: 'Alice' });
  output.value = 'joined';
} catch (error) {
  output.value = error instanceof TureenError ? `${error.code}: ${error.method ?? ''}` : String(error);
}
