const { ProtooTransport, Room, TureenError, mediasoupV3 } = require('@tureen/client');
const { deviceEngine } = require('@tureen/client/ports');
const { FakeEngine, MemoryTransport } = require('@tureen/client/testing');
const umd = require('@tureen/client/umd');

const transportOf = (id) => ({
  id,
  iceParameters: { usernameFragment: 'u', password: 'p' },
  iceCandidates: [],
  dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: '00' }] },
});
let made = 0;
const responses = {
  getRouterRtpCapabilities: () => ({
    codecs: [{ kind: 'audio', mimeType: 'audio/opus', preferredPayloadType: 100, clockRate: 48000, channels: 2 }],
    headerExtensions: [],
  }),
  createWebRtcTransport: () => transportOf(`transport ${++made}`),
  join: () => ({ peers: [{ id: 'bob', displayName: 'Bob', device: {} }] }),
};

/** A server whose room contains one peer. */
const connect = () =>
  new MemoryTransport({
    onConnection: (connection) => {
      connection.onFrame = (frame) => {
        if (frame.kind !== 'request') return;
        connection.send({ kind: 'response', id: frame.id, ok: true, data: responses[frame.method]?.() ?? {} });
      };
    },
  });

test('joins a room with fake media', async () => {
  const engine = new FakeEngine();
  const room = new Room({ roomId: 'r', peerId: 'alice', dialect: mediasoupV3({ engine }), transport: connect() });
  await room.join();
  expect([...room.peers.keys()]).toEqual(['bob']);
  await room.leave();
  expect(engine.counts.sessions).toBe(0);
});

test('throws the TureenError of the package from every entry point', () => {
  expect(() => new ProtooTransport({})).toThrow(TureenError);
  expect(() => deviceEngine().open().createSendTransport({}, {})).toThrow(TureenError);
  expect(() => new FakeEngine().session).toThrow();
});

test('loads the UMD file as CommonJS', () => {
  expect(typeof umd.Room).toBe('function');
  expect(typeof umd.deviceEngine).toBe('function');
});
