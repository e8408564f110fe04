import { describe, expect, it } from 'vitest';
import type { Consumer } from '../../room/remote/Consumer.ts';
import type { Producer } from '../../room/local/Producer.ts';
import type { Room } from '../../room/Room.ts';
import { type V2DialectName, consumingWorld, v2Dialects } from '@tureen/testkit/scripted/v2World';
import { fakeTrack } from '@tureen/testkit/scripted/roomWorld';

interface InCall {
  readonly room: Room;
  readonly producer: Producer;
  readonly consumer: Consumer;
}

/** `R` is a request and `N` a notification, followed by the payload's method and its fields other than `id`. */
type Cell = string | { readonly unsupported: string };

interface Row {
  readonly call: string;
  readonly make: (inCall: InCall) => unknown;
  readonly cells: Readonly<Record<V2DialectName, Cell>>;
}

const row = (call: string, make: Row['make'], v2: Cell, beta: Cell, alpha: Cell): Row => ({
  call,
  make,
  cells: { 'mediasoup-v2': v2, 'mediasoup-v2-beta': beta, 'mediasoup-v2-alpha': alpha },
});

const none = (unsupported: string): Cell => ({ unsupported });
const byBandwidth = none('Let the server choose by bandwidth.');
const onResume = none('Pause and resume: the server then requests a key frame.');
const useGetStats = none('Use getStats().');
const pauseLess = none('Pause consumers that matter less.');
const sayIt = none('Use sendText() if supported.');
const rejoin = none('Leave and join again.');

/** Messages of each call, by dialect. P: number of the local producer. S and D: transports to send and to receive. */
const table: readonly Row[] = [
  row(
    'producer.pause()',
    ({ producer }) => producer.pause(),
    'N pauseProducer P',
    'N pauseProducer P',
    'R pauseReceiver P',
  ),
  row(
    'producer.resume()',
    async ({ producer }) => {
      await producer.pause();
      await producer.resume();
    },
    'N pauseProducer P, N resumeProducer P',
    'N pauseProducer P, N resumeProducer P',
    'R pauseReceiver P, R resumeReceiver P',
  ),
  row(
    'producer.close()',
    ({ producer }) => producer.close(),
    'N closeProducer P',
    'N closeProducer P',
    'N closeReceiver P',
  ),
  row(
    'consumer.pause()',
    ({ consumer }) => consumer.pause(),
    'N pauseConsumer 3333',
    'N pauseConsumer 3333',
    'R stopSender 3333',
  ),
  row(
    'consumer.resume()',
    async ({ consumer }) => {
      await consumer.pause();
      await consumer.resume();
    },
    'N pauseConsumer 3333, N resumeConsumer 3333',
    'N pauseConsumer 3333, N resumeConsumer 3333',
    'R stopSender 3333, R playSender 3333',
  ),
  row(
    'consumer.close()',
    ({ consumer }) => consumer.close(),
    'N pauseConsumer 3333',
    'N pauseConsumer 3333',
    'R stopSender 3333',
  ),
  row(
    'consumer.setSubscribed(false)',
    ({ consumer }) => consumer.setSubscribed(false),
    'N pauseConsumer 3333',
    'N pauseConsumer 3333',
    'R stopSender 3333',
  ),
  row(
    'consumer.setSubscribed(true)',
    async ({ consumer }) => {
      await consumer.setSubscribed(false);
      await consumer.setSubscribed(true);
    },
    'N pauseConsumer 3333, N resumeConsumer 3333',
    'N pauseConsumer 3333, N resumeConsumer 3333',
    'R stopSender 3333, R playSender 3333',
  ),
  row(
    'consumer.setPreferredLayers()',
    async ({ consumer }) => {
      await consumer.setPreferredLayers({ spatialLayer: 1, temporalLayer: 0 });
      // Repeated, and nothing is sent.
      await consumer.setPreferredLayers({ spatialLayer: 1 });
      await consumer.setPreferredLayers({ spatialLayer: 5 });
    },
    'N setConsumerPreferredProfile 3333 profile=medium, N setConsumerPreferredProfile 3333 profile=high',
    byBandwidth,
    byBandwidth,
  ),
  row('consumer.setPriority()', ({ consumer }) => consumer.setPriority(2), pauseLess, pauseLess, pauseLess),
  row(
    'consumer.requestKeyFrame()',
    ({ consumer }) => consumer.requestKeyFrame(),
    'R request-consumer-keyframe consumerId=3333',
    onResume,
    onResume,
  ),
  row(
    'consumer.enableStats()',
    ({ consumer }) => {
      consumer.enableStats({ intervalMs: 3000 });
      consumer.disableStats();
    },
    'N enableConsumerStats 3333 interval=3000, N disableConsumerStats 3333',
    useGetStats,
    useGetStats,
  ),
  row(
    'producer.enableStats()',
    ({ producer }) => {
      producer.enableStats({ intervalMs: 250 });
      producer.disableStats();
    },
    'N enableProducerStats P interval=1000, N disableProducerStats P',
    useGetStats,
    useGetStats,
  ),
  row(
    'room.stats.enable()',
    ({ room }) => {
      room.stats.enable();
      room.stats.disable();
    },
    'N enableTransportStats S interval=1000, N enableTransportStats D interval=1000, ' +
      'N disableTransportStats S, N disableTransportStats D',
    useGetStats,
    useGetStats,
  ),
  row(
    'room.setDisplayName()',
    ({ room }) => room.setDisplayName('Alicia'),
    'R change-display-name displayName=Alicia',
    'R change-display-name displayName=Alicia',
    'R change-display-name displayName=Alicia',
  ),
  row(
    'room.sendText()',
    ({ room }) => room.sendText('hi'),
    'R textMessage text=hi',
    'R textMessage text=hi',
    'R textMessage text=hi',
  ),
  row('room.produceData()', ({ room }) => room.produceData(), sayIt, sayIt, sayIt),
  row(
    'room.restartIce()',
    ({ room }) => room.restartIce(),
    'R restartTransport S, R restartTransport D',
    rejoin,
    rejoin,
  ),
  row('room.leave()', ({ room }) => room.leave(), 'N leave', 'N leaveRoom', 'N leave'),
];

async function inCall(name: V2DialectName) {
  const world = await consumingWorld(name, { extensions: ['textMessage'] });
  const producer = await world.room.produce(fakeTrack('video'), { source: 'camera' });
  const { sendTransport, recvTransport } = world.engine.session;
  const numbers = new Map([
    [producer.id, 'P'],
    [sendTransport.id, 'S'],
    [recvTransport.id, 'D'],
  ]);
  world.server.received.length = 0;
  const sent = () =>
    world.server.received
      .map(
        ({ kind, method, data: { method: _method, target: _target, notification: _notification, id, ...fields } }) => {
          const words = Object.entries(fields).map(([key, value]) => `${key}=${String(value)}`);
          const number = typeof id === 'number' ? [numbers.get(String(id)) ?? String(id)] : [];
          return [kind === 'request' ? 'R' : 'N', method, ...number, ...words].join(' ');
        },
      )
      .join(', ');
  return { ...world, producer, sent };
}

describe.each(v2Dialects)('calls in %s', (name) => {
  it.each(table.map((one) => [one.call, one] as const))(
    'sends a request or rejects with unsupported: %s',
    async (_call, { make, cells }) => {
      const { room, producer, consumer, sent } = await inCall(name);
      const cell = cells[name];
      const call = async () => make({ room, producer, consumer });
      if (typeof cell === 'string') {
        await call();
        expect(sent()).toBe(cell);
      } else {
        await expect(call()).rejects.toMatchObject({ code: 'unsupported', hint: cell.unsupported });
        expect(sent()).toBe('');
      }
    },
  );

  it.each([['sendText()', (room: Room) => room.sendText('hi'), 'Check capabilities.text first.']])(
    'rejects %s with unsupported where the server does not announce the extension',
    async (_call, make, hint) => {
      const { room, server } = await consumingWorld(name);
      await expect(make(room)).rejects.toMatchObject({ code: 'unsupported', hint });
      expect(server.received).toEqual([]);
    },
  );

  it('sends closeConsumer for consumer.close() where the server announces it', async () => {
    const { consumer, server } = await consumingWorld(name, { extensions: ['closeConsumer'] });
    await consumer.close();
    expect(server.methods()).toEqual(['closeConsumer']);
    expect(server.last('closeConsumer').id).toBe(3333);
  });

  it('sends every payload in the form of the dialect', async () => {
    const { room, producer, consumer, server } = await inCall(name);
    await producer.pause();
    await consumer.pause();
    await room.leave();
    for (const { kind, data } of server.received) {
      expect(data.notification).toBe(kind === 'notification' ? true : undefined);
      expect(data.target).toBe(name === 'mediasoup-v2' ? 'peer' : undefined);
    }
  });

  it('declares unsupported calls in the capabilities before joining', async () => {
    const { room } = await consumingWorld(name);
    const isV2 = name === 'mediasoup-v2';
    expect(room.capabilities).toEqual({
      dataChannels: false,
      text: false,
      displayName: true,
      layers: isV2 ? 'profiles' : 'none',
      priority: false,
      keyFrameRequest: isV2,
      scores: false,
      serverStats: isV2,
      remotePause: true,
      closeConsumer: false,
      recovery: { iceRestart: isV2, rebuildSend: true, rebuildRecv: false },
    });
  });
});
