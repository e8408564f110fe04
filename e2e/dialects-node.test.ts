import {
  type Dialect,
  ProtooTransport,
  Room,
  type RoomEvents,
  type SignalingTransport,
  mediasoupV2,
  mediasoupV2Alpha,
  mediasoupV2Beta,
  mediasoupV3,
  pushPull,
} from '@tureen/client';
import type { ConnectOptions, TransportConnection } from '@tureen/client/ports';
import { FakeEngine, FakePeerConnectionMedia } from '@tureen/client/testing';
import { type RunningServer, startServer } from '@tureen/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * The client's dialects against the server's, over real WebSockets and a real worker, without a browser: messages are real, media is not.
 * Browser specs cover media.
 */

const makers = {
  'mediasoup-v3': mediasoupV3,
  'mediasoup-v2': mediasoupV2,
  'mediasoup-v2-beta': mediasoupV2Beta,
  'mediasoup-v2-alpha': mediasoupV2Alpha,
};
type Name = keyof typeof makers;
const names = Object.keys(makers) as Name[];
const family = names.filter((name) => name !== 'mediasoup-v3');
const envelopes = ['notification', 'request', 'bare'] as const;
const simulcast = [{ maxBitrate: 100_000 }, { maxBitrate: 300_000 }, { maxBitrate: 900_000 }];

let server: RunningServer;
/** Server without a grace period. */
let impatient: RunningServer;
let rooms = 0;

beforeAll(async () => {
  const settings = { port: 0, workers: 1, logLevel: 'error', pingIntervalMs: 0 } as const;
  [server, impatient] = await Promise.all([startServer(settings), startServer({ ...settings, reconnectGraceMs: 0 })]);
});

afterAll(async () => {
  await Promise.all([server.close(), impatient.close()]);
});

/** Track without media. */
function track(kind: 'audio' | 'video'): MediaStreamTrack {
  const fields = { kind, id: kind, readyState: 'live', enabled: true, stop: () => {}, getSettings: () => ({}) };
  return Object.assign(new EventTarget(), fields) as unknown as MediaStreamTrack;
}

/** Network whose client end fails on `fail()`, and whose server end on `end()`. */
class FailingTransport implements SignalingTransport {
  readonly #beneath: SignalingTransport;
  #fail: () => void = () => {};
  end: () => void = () => {};
  /** Delays new connections until it resolves. */
  isThere: Promise<void> = Promise.resolve();

  constructor(beneath: SignalingTransport) {
    this.#beneath = beneath;
  }

  async connect(options: ConnectOptions): Promise<TransportConnection> {
    let isUp = true;
    await this.isThere;
    const connection = await this.#beneath.connect({
      ...options,
      onFrame: (packet) => {
        if (isUp) options.onFrame(packet);
      },
    });
    this.#fail = () => {
      isUp = false;
      this.end = () => {
        connection.close();
      };
      options.onClosed({ by: 'network' });
    };
    return connection;
  }

  fail(): void {
    this.#fail();
  }
}

function member(roomId: string, peerId: string, name: Name, dialect?: (engine: FakeEngine) => Dialect, at = server) {
  const engine = new FakeEngine();
  return { ...speaker(roomId, peerId, name, dialect?.(engine) ?? makers[name]({ engine }), at), engine };
}

function speaker(roomId: string, peerId: string, name: string, dialect: Dialect, at = server) {
  const transport = new FailingTransport(new ProtooTransport({ url: `${at.url.replace(/^http/, 'ws')}/${name}` }));
  const room = new Room({ roomId, peerId, dialect, transport, reconnectPolicy: () => 0 });
  const unwanted: string[] = [];
  for (const event of ['requestFailed', 'reconnecting', 'listenerError'] as const)
    room.on(event, (details) => unwanted.push(`${event} ${JSON.stringify(details)}`));
  const next = <K extends keyof RoomEvents>(event: K) => room.waitFor(event, { timeoutMs: 10_000 });
  return { room, unwanted, next, transport };
}

describe.each(names)('Publisher in %s', (from) => {
  it.each(names)('is received in %s', async (to) => {
    const roomId = `call-${++rooms}`;
    const alice = member(roomId, 'alice', from);
    const bob = member(roomId, 'bob', to);
    await alice.room.join({ displayName: 'Alice' });
    const microphone = await alice.room.produce(track('audio'), { source: 'microphone' });

    const [{ peer }, { consumer: sound }] = await Promise.all([
      alice.next('newPeer'),
      bob.next('newConsumer'),
      bob.room.join({ displayName: 'Bob' }),
    ]);
    expect(peer).toMatchObject({ id: 'bob', displayName: 'Bob', dialect: to });
    expect(bob.room.peers.get('alice')).toMatchObject({ displayName: 'Alice', dialect: from });
    expect(sound).toMatchObject({ kind: 'audio', source: 'microphone', remotePaused: false, supported: true });

    const offered = bob.next('newConsumer');
    const options = { source: 'camera', paused: true, encodings: simulcast, appData: { note: [7] } };
    const camera = await alice.room.produce(track('video'), options);
    const { consumer: sight } = await offered;
    expect(sight).toMatchObject({ kind: 'video', source: 'camera', remotePaused: true, appData: { note: [7] } });

    await Promise.all([bob.next('consumerResumed'), camera.resume()]);
    await Promise.all([bob.next('consumerPaused'), camera.pause()]);
    await sight.pause();
    await sight.resume();
    const { capabilities } = bob.room;
    if (capabilities.layers !== 'none') await sight.setPreferredLayers({ spatialLayer: 1 });
    if (capabilities.keyFrameRequest) await sight.requestKeyFrame();
    if (capabilities.recovery.iceRestart) await bob.room.restartIce();
    if (capabilities.serverStats) {
      expect(await sound.getServerStats()).toBeInstanceOf(Array);
      expect((await bob.room.stats.getServer('recv'))[0]).toHaveProperty('type');
      const told = bob.next('transportStats');
      bob.room.stats.enable();
      expect((await told).stats[0]).toHaveProperty('type');
      bob.room.stats.disable();
    }
    if (alice.room.capabilities.serverStats) expect(await microphone.getServerStats()).toBeInstanceOf(Array);

    const [{ text }] = await Promise.all([alice.next('textMessage'), bob.room.sendText('hello')]);
    expect(text).toBe('hello');
    await Promise.all([bob.next('peerDisplayNameChanged'), alice.room.setDisplayName('Alicia')]);
    expect(bob.room.peers.get('alice')?.displayName).toBe('Alicia');

    await Promise.all([bob.next('consumerClosed'), camera.close()]);
    await sound.close();
    await Promise.all([bob.next('peerClosed'), alice.room.leave()]);
    await bob.room.leave();
    for (const { engine, unwanted } of [alice, bob]) {
      expect(unwanted).toEqual([]);
      expect(engine.counts).toMatchObject({ sessions: 0, waiting: 0 });
    }
  });
});

describe.each(family)('%s', (name) => {
  it.each(envelopes)('carries a call and a kick in the envelope %s', async (envelope) => {
    const roomId = `envelope-${++rooms}`;
    const dialect = (engine: FakeEngine) => makers[name]({ engine, ...({ envelope } as object) });
    const alice = member(roomId, 'alice', name, dialect);
    const bob = member(roomId, 'bob', name, dialect);
    await alice.room.join();
    const camera = await alice.room.produce(track('video'), { source: 'camera' });
    const [{ consumer }] = await Promise.all([bob.next('newConsumer'), bob.room.join()]);
    await Promise.all([bob.next('consumerPaused'), camera.pause()]);
    await consumer.pause();
    const told = Promise.all([bob.next('roomClosed'), alice.next('peerClosed')]);
    server.registry.kick(roomId, 'bob', { reason: 'enough' });
    const [{ reason, detail }, { peer }] = await told;
    expect([reason, detail, peer.id, bob.room.state]).toEqual(['kicked', 'enough', 'bob', 'left']);
    await alice.room.leave();
  });

  it('rejoins a server without a grace period, even before the server notices the drop', async () => {
    const roomId = `drop-${++rooms}`;
    const alice = member(roomId, 'alice', name, undefined, impatient);
    const bob = member(roomId, 'bob', name, undefined, impatient);
    await alice.room.join();
    const camera = await alice.room.produce(track('video'), { source: 'camera' });
    const [{ consumer }] = await Promise.all([bob.next('newConsumer'), bob.room.join()]);
    const { id } = consumer;
    await consumer.pause();

    // The first attempt finds the name taken by its own earlier connection.
    const again = bob.room.waitFor('reconnecting', { where: ({ attempt }) => attempt === 2, timeoutMs: 10_000 });
    bob.transport.fail();
    expect(await again).toMatchObject({ reason: expect.stringContaining('duplicated Peer') as string });
    const received = new Promise<void>((resolve) => {
      consumer.once('trackChanged', () => {
        resolve();
      });
    });
    const back = bob.next('reconnected');
    bob.transport.end();
    await Promise.all([back, received]);
    expect(consumer.id).not.toBe(id);
    expect(consumer).toMatchObject({ closed: false, localPaused: true, source: 'camera' });

    const gone = bob.next('peerClosed');
    alice.transport.fail();
    alice.transport.end();
    await Promise.all([gone, bob.next('newConsumer'), alice.next('reconnected')]);
    expect(camera.closed).toBe(false);
    await Promise.all([alice.room.leave(), bob.room.leave()]);
  });

  it('refuses the name of a connected peer', async () => {
    const roomId = `twice-${++rooms}`;
    const first = member(roomId, 'alice', name);
    await first.room.join();
    const second = member(roomId, 'alice', name);
    await expect(second.room.join()).rejects.toMatchObject({ code: 'requestRefused' });
    expect(first.room.state).toBe('joined');
    await first.room.leave();
    await second.room.join();
    await second.room.leave();
  });
});

const resuming = [...names, 'push-pull'] as const;

describe.each(resuming)('%s', (name) => {
  const enter = (roomId: string, peerId: string) =>
    name === 'push-pull'
      ? speaker(roomId, peerId, name, pushPull({ engine: new FakePeerConnectionMedia() }))
      : member(roomId, peerId, name);

  it.each(['has noticed', 'has not noticed'] as const)(
    'resumes with its media after a drop that the server %s',
    async (how) => {
      const roomId = `resume-${++rooms}`;
      const [alice, bob, carol] = [
        enter(roomId, 'alice'),
        enter(roomId, 'bob'),
        member(roomId, 'carol', 'mediasoup-v3'),
      ];
      const heard: string[] = [];
      for (const event of ['peerReconnecting', 'peerReconnected', 'peerClosed', 'newPeer'] as const)
        carol.room.on(event, ({ peer }) => heard.push(`${event} ${peer.id}`));
      await alice.room.join();
      const camera = await alice.room.produce(track('video'), { source: 'camera' });
      const offered = Promise.all([bob.next('newConsumer'), carol.next('newConsumer')]);
      await Promise.all([bob.room.join(), carol.room.join()]);
      const [{ consumer }, { consumer: seen }] = await offered;
      await consumer.pause();
      const before = [camera.id, consumer.id, consumer.track, seen.id, seen.producerId];
      heard.length = 0;

      for (const { room, transport, next } of [alice, bob]) {
        const isBack = carol.next('peerReconnected');
        const lost = carol.next('peerReconnecting');
        const back = next('reconnected');
        transport.fail();
        if (how === 'has noticed') {
          transport.end();
          await lost;
        }
        expect(await back).toEqual({ resumed: true });
        await isBack;
        expect(heard.splice(0)).toEqual([`peerReconnecting ${room.peerId}`, `peerReconnected ${room.peerId}`]);
      }
      expect([camera.id, consumer.id, consumer.track, seen.id, seen.producerId]).toEqual(before);
      expect([camera.closed, consumer.closed, seen.closed, consumer.localPaused]).toEqual([false, false, false, true]);

      // Later messages reach all peers over their current connections.
      await Promise.all([bob.next('consumerPaused'), carol.next('consumerPaused'), camera.pause()]);
      await Promise.all([bob.next('newConsumer'), alice.room.produce(track('audio'), { source: 'microphone' })]);
      await Promise.all([alice.room.leave(), bob.room.leave(), carol.room.leave()]);
    },
  );

  it('receives what it missed, and sends what the app requested in the meantime', async () => {
    const roomId = `missed-${++rooms}`;
    const [alice, bob] = [enter(roomId, 'alice'), enter(roomId, 'bob')];
    await alice.room.join();
    const camera = await alice.room.produce(track('video'), { source: 'camera' });
    const [{ consumer }] = await Promise.all([bob.next('newConsumer'), bob.room.join()]);
    const consumed = alice.next('newConsumer');
    const own = await bob.room.produce(track('audio'), { source: 'microphone' });
    const { consumer: heard } = await consumed;

    const { promise: isThere, resolve: restore } = Promise.withResolvers<void>();
    bob.transport.isThere = isThere;
    const back = Promise.all([bob.next('reconnected'), bob.next('newConsumer'), alice.next('consumerPaused')]);
    bob.transport.fail();
    bob.transport.end();
    await camera.pause();
    const screen = await alice.room.produce(track('video'), { source: 'screen' });
    const pausing = own.pause();
    restore();
    const [{ resumed }, { consumer: another }] = await back;
    await pausing;
    expect(resumed).toBe(true);
    expect(another.source).toBe('screen');
    expect([consumer.remotePaused, heard.remotePaused, screen.closed]).toEqual([true, true, false]);
    await Promise.all([alice.room.leave(), bob.room.leave()]);
  });
});
