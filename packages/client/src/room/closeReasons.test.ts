import type { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { describe, expect, it } from 'vitest';
import { whenDisconnected } from '@tureen/testkit/scripted/waits';
import { fakeTrack, pass, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import type {
  ConsumerCloseReason,
  DataConsumerCloseReason,
  DataProducerCloseReason,
  EndedByServerReason,
  LeaveReason,
  PeerCloseReason,
  ProducerCloseReason,
} from './closeReasons.ts';

/** Joins a room with a peer and one entity of each kind. `closings` records each `closed` of an entity. */
async function inCall() {
  const world = roomWorld();
  const { room, server } = world;
  server.peers = [{ id: 'bob' }];
  await room.join();
  const consuming = room.waitFor('newConsumer');
  await server.offer('c1', { peerId: 'bob' });
  const { consumer, peer } = await consuming;
  const consumingData = room.waitFor('newDataConsumer');
  await server.ask('newDataConsumer', {
    id: 'd1',
    peerId: 'bob',
    dataProducerId: 'dp',
    label: 'chat',
    protocol: '',
    appData: {},
    sctpStreamParameters: { streamId: 0, ordered: true },
  });
  const { dataConsumer } = await consumingData;
  const producer = await room.produce(fakeTrack('video'), { source: 'screen' });
  const dataProducer = await room.produceData();
  const closings: Partial<Record<Entity, object>> = {};
  const atRoom: Partial<Record<Entity | 'left' | 'roomClosed', object>> = {};
  peer.on('closed', ({ reason, detail }) => (closings.peer = { reason, detail }));
  consumer.on('closed', ({ reason, detail }) => (closings.consumer = { reason, detail }));
  dataConsumer.on('closed', ({ reason, detail }) => (closings.dataConsumer = { reason, detail }));
  producer.on('closed', ({ reason, detail }) => (closings.producer = { reason, detail }));
  dataProducer.on('closed', ({ reason }) => (closings.dataProducer = { reason }));
  room.on('peerClosed', ({ reason, detail }) => (atRoom.peer = { reason, detail }));
  room.on('consumerClosed', ({ reason, detail }) => (atRoom.consumer = { reason, detail }));
  room.on('dataConsumerClosed', ({ reason, detail }) => (atRoom.dataConsumer = { reason, detail }));
  room.on('producerClosed', ({ reason, detail }) => (atRoom.producer = { reason, detail }));
  room.on('dataProducerClosed', ({ reason }) => (atRoom.dataProducer = { reason }));
  room.on('left', ({ reason, detail }) => (atRoom.left = { reason, detail }));
  room.on('roomClosed', ({ reason, detail }) => (atRoom.roomClosed = { reason, detail }));
  return { ...world, consumer, dataConsumer, producer, dataProducer, closings, atRoom };
}

type World = Awaited<ReturnType<typeof inCall>>;
type Entity = 'peer' | 'consumer' | 'dataConsumer' | 'producer' | 'dataProducer';
type Act = (world: World) => unknown;

const closesSession =
  (reason: string): Act =>
  ({ server }) => {
    server.drop({ by: 'server', code: 4000, reason });
  };
const notifies =
  (method: string, data: object): Act =>
  ({ server }) => {
    server.notify(method, data);
  };
const peerClosed = (reason?: string) => notifies('peerClosed', { peerId: 'bob', reason });
const consumerClosed = (reason?: string) => notifies('consumerClosed', { consumerId: 'c1', reason });

/** Reconnects to a server that `script` has changed. */
const reconnects =
  (script: (world: World) => void): Act =>
  async (world) => {
    script(world);
    await whenDisconnected(world.room, () => {
      world.server.drop();
    });
    await pass(world.clock, 100);
  };

const endedByServer: Record<EndedByServerReason, Act> = {
  left: closesSession('left'),
  kicked: closesSession('kicked'),
  replaced: closesSession('replaced'),
  roomClosed: closesSession('roomClosed'),
  unauthorized: closesSession('unauthorized'),
  forbidden: closesSession('forbidden'),
  tokenExpired: closesSession('tokenExpired'),
  originNotAllowed: closesSession('originNotAllowed'),
  hostNotAllowed: closesSession('hostNotAllowed'),
  unknownDialect: closesSession('unknownDialect'),
  badRequest: closesSession('badRequest'),
  duplicatedPeer: closesSession('duplicatedPeer'),
  notPermitted: closesSession('notPermitted'),
  joinTimeout: closesSession('joinTimeout'),
  idle: closesSession('idle'),
  mediaLost: closesSession('mediaLost'),
  closedByServer: closesSession('maintenance'),
};

const ends: Record<LeaveReason, Act> = {
  ...endedByServer,
  left: ({ room }) => room.leave(),
  connectionLost: reconnects(({ server }) => {
    server.refusal = new Error('the network is gone');
  }),
  refused: reconnects(({ server }) => {
    server.on('join', () => {
      throw Object.assign(new Error('no'), { errorCode: 403 });
    });
  }),
};

const peers: Record<Exclude<PeerCloseReason, LeaveReason>, Act> = {
  remote: peerClosed(),
  disconnected: peerClosed('disconnected'),
  forgotten: peerClosed('forgotten'),
  notRestored: reconnects(({ server }) => {
    server.peers = [];
  }),
};

const consumers: Record<Exclude<ConsumerCloseReason, PeerCloseReason>, Act> = {
  local: ({ consumer }) => consumer.close(),
  server: reconnects(({ server, engine, room }) => {
    room.once('reconnected', () => {
      const fails = () => Promise.reject(new Error('no decoder'));
      engine.session.recvTransport.consume = fails;
      void server.offer('c2', { peerId: 'bob', producerId: 'producer of c1' });
    });
  }),
  producerClosed: consumerClosed('producerClosed'),
  transportClosed: consumerClosed('transportClosed'),
  peerClosed: consumerClosed('peerClosed'),
};

const dataConsumerClosed = (reason: string) => notifies('dataConsumerClosed', { dataConsumerId: 'd1', reason });
const dataConsumers: Record<Exclude<DataConsumerCloseReason, PeerCloseReason>, Act> = {
  local: ({ dataConsumer }) => dataConsumer.close(),
  server: dataConsumerClosed('server'),
  producerClosed: dataConsumerClosed('producerClosed'),
  transportClosed: dataConsumerClosed('transportClosed'),
  peerClosed: dataConsumerClosed('peerClosed'),
};

const refusesToProduce = (method: string) =>
  reconnects(({ server }) => {
    server.on(method, () => {
      throw Object.assign(new Error('no'), { errorCode: 403 });
    });
  });

const dataProducers: Record<Exclude<DataProducerCloseReason, LeaveReason | 'failed'>, Act> = {
  local: ({ dataProducer }) => dataProducer.close(),
  server: refusesToProduce('produceData'),
};

const producers: Record<Exclude<ProducerCloseReason, LeaveReason | 'failed'>, Act> = {
  local: ({ producer }) => producer.close(),
  server: refusesToProduce('produce'),
  trackEnded: ({ producer }) => {
    (producer.track as FakeMediaStreamTrack).remoteStop();
  },
};

/** Stops the policy, so that a refused connection is final. */
async function run(act: Act): Promise<World> {
  const world = await inCall();
  await act(world);
  await pass(world.clock, 0);
  for (let attempt = 2; world.room.state === 'reconnecting' && attempt < 8; attempt += 1) {
    await pass(world.clock, attempt * 100);
  }
  return world;
}

describe('a reason of left', () => {
  it.each(Object.entries(ends))(
    '%s is also the reason of everything that closes with the session',
    async (reason, act) => {
      const { closings, atRoom } = await run(act);
      const entities = { peer: { reason }, consumer: { reason }, dataConsumer: { reason } };
      const all = { ...entities, producer: { reason }, dataProducer: { reason } };
      expect(closings).toMatchObject(all);
      expect(atRoom).toMatchObject({ ...all, left: { reason } });
    },
  );

  it('closedByServer has the text of the server as the detail', async () => {
    const { atRoom } = await run(endedByServer.closedByServer);
    expect(atRoom.left).toEqual({ reason: 'closedByServer', detail: 'maintenance' });
  });
});

describe('a reason of roomClosed', () => {
  it.each(Object.keys(endedByServer))('%s comes before left', async (reason) => {
    const given = reason === 'closedByServer' ? 'maintenance' : reason;
    const { atRoom } = await run(notifies('roomClosed', { reason: given, detail: 'tonight' }));
    const detail = reason === 'closedByServer' ? 'maintenance: tonight' : 'tonight';
    expect([atRoom.roomClosed, atRoom.left]).toEqual([
      { reason, detail },
      { reason, detail },
    ]);
  });
});

const singles: readonly (readonly [Entity, Readonly<Record<string, Act>>])[] = [
  ['peer', peers],
  ['consumer', peers],
  ['dataConsumer', peers],
  ['consumer', consumers],
  ['dataConsumer', dataConsumers],
  ['producer', producers],
  ['dataProducer', dataProducers],
];
const single = singles.flatMap(([entity, acts]) =>
  Object.entries(acts).map(([reason, act]) => [entity, reason, act] as const),
);

describe('a reason of one entity', () => {
  it.each(single)('%s: %s occurs at the entity and at the room', async (entity, reason, act) => {
    const { closings, atRoom } = await run(act);
    expect([closings[entity], atRoom[entity]]).toMatchObject([{ reason }, { reason }]);
  });

  it.each([
    ['consumer', consumerClosed('server')],
    ['dataConsumer', dataConsumerClosed('server')],
    [
      'producer',
      (world: World) => notifies('producerClosed', { producerId: world.producer.id, reason: 'server' })(world),
    ],
  ] as const)('%s: server without a detail where the server closed it', async (entity, act) => {
    const { closings, atRoom } = await run(act);
    expect([closings[entity], atRoom[entity]]).toEqual([
      { reason: 'server', detail: undefined },
      { reason: 'server', detail: undefined },
    ]);
  });

  it.each([
    ['peer', 'remote', peerClosed('alarm')],
    ['consumer', 'remote', consumerClosed('alarm')],
    ['dataConsumer', 'remote', dataConsumerClosed('alarm')],
    [
      'producer',
      'server',
      (world: World) => notifies('producerClosed', { producerId: world.producer.id, reason: 'alarm' })(world),
    ],
  ] as const)('%s: %s with the detail of a server that gives an unknown reason', async (entity, reason, act) => {
    const { closings, atRoom } = await run(act);
    expect([closings[entity], atRoom[entity]]).toEqual([
      { reason, detail: 'alarm' },
      { reason, detail: 'alarm' },
    ]);
  });
});

describe('the reason failed', () => {
  it('is the reason of producers and data producers whose room could not be joined', async () => {
    const { room, server } = roomWorld();
    server.on('join', async () => {
      const producing = [room.produce(fakeTrack('video')), room.produceData()];
      for (const produced of producing) produced.catch(() => {});
      for (const one of room.producers.values()) one.on('closed', ({ reason }) => reasons.push(reason));
      for (const one of room.dataProducers.values()) one.on('closed', ({ reason }) => reasons.push(reason));
      throw Object.assign(new Error('no'), { errorCode: 403 });
    });
    const reasons: (ProducerCloseReason | DataProducerCloseReason)[] = [];
    await expect(room.join()).rejects.toMatchObject({ code: 'requestRefused' });
    expect(reasons).toEqual(['failed', 'failed']);
  });
});
