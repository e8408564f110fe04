import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { FakeHandler, testFakeParameters } from 'mediasoup-client';
import { Room } from '@tureen/client';
import { type Clock, type Logger, type ReconnectPolicy, type TraceListener, deviceEngine } from '@tureen/client/ports';
import { OwnDialect } from './OwnDialect.ts';
import { OwnEngine } from './OwnEngine.ts';
import { OwnTransport } from './OwnTransport.ts';

/**
 * An app that replaces every port: transport, dialect, engine, logger, clock and reconnect policy. Plays a call with one lost connection, and
 * returns what reached each port.
 */
export async function playOwnPorts() {
  const logged: string[] = [];
  const discard = () => {};
  const logger: Logger = {
    debug: discard,
    info: (message) => void logged.push(message),
    warn: discard,
    error: discard,
  };
  const delays: number[] = [];
  const clock: Clock = {
    now: () => performance.now(),
    after: (ms, fn) => {
      delays.push(ms);
      const timer = setTimeout(fn, ms);
      return () => {
        clearTimeout(timer);
      };
    },
  };
  const attempts: number[] = [];
  const reconnectPolicy: ReconnectPolicy = ({ attempt }) => {
    attempts.push(attempt);
    return 1;
  };
  const traced: string[] = [];
  const listener: TraceListener = ({ direction, kind, method }) => traced.push(`${direction} ${kind} ${method}`);

  const transport = new OwnTransport();
  const engine = new OwnEngine(deviceEngine({ handlerFactory: FakeHandler.createFactory(testFakeParameters) }));
  const dialect = new OwnDialect(engine);
  const room = new Room({ roomId: 'r1', peerId: 'alice', dialect, transport, logger, clock, reconnectPolicy });
  room.trace(listener);
  const states: string[] = [];
  room.on('stateChanged', ({ state }) => states.push(state));

  const consuming = room.waitFor('newConsumer');
  await room.join({ displayName: 'Alice' });
  const { consumer, peer } = await consuming;
  const track = new FakeMediaStreamTrack({ kind: 'video' });
  const producer = await room.produce(track, { source: 'camera' });
  await producer.pause();

  const reconnected = room.waitFor('reconnected');
  transport.drop();
  const { resumed } = await reconnected;
  await producer.resume();
  const call = {
    consumer: { peer: peer.displayName, kind: consumer.track?.kind, source: consumer.source },
    producer: { id: producer.id, paused: producer.paused },
    resumed,
  };
  await room.leave();

  return {
    call,
    states,
    attempts,
    requests: transport.servers.map(({ received }) => received),
    engineCalls: engine.calls.toSorted(),
    hasWaited: delays.includes(1),
    offersTraced: traced.filter((entry) => entry === 'in notification hall/offer').length,
    entriesLogged: logged.filter((line) => line.endsWith('entered the hall')).length,
  };
}
