import '@tureen/client/umd';

export const room = new Tureen.Room({
  roomId: 'kitchen',
  peerId: 'alice',
  dialect: Tureen.mediasoupV3({ engine: Tureen.deviceEngine() }),
  transport: new Tureen.ProtooTransport({ url: 'wss://server.test/' }),
});
