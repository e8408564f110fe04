import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { createMediasoupBackend } from '../engine/mediasoup/index.ts';
import { hang, settled, turn, wake, watchWorkers } from '../engine/mediasoup/testing/hang.ts';
import { watchRouters } from '../engine/mediasoup/testing/watchRouters.ts';
import type { MediaBackend } from '../engine/MediaBackend.ts';
import { capturedLogs } from '../testing/capturedLogs.ts';
import { openPushPullRooms } from '../testing/openPushPullRooms.ts';
import { openRooms } from '../testing/openRooms.ts';
import { Bot } from './Bot.ts';

const DEADLINE_MS = 10_000;
const made = watchWorkers();
const routers = watchRouters();
const clock = new ManualClock();
let backend: MediaBackend;

beforeAll(async () => {
  backend = await createMediasoupBackend({ logger: capturedLogs().logger, workers: 1, clock, workerKillMs: 0 });
});
afterEach(() => {
  wake(pid());
});
afterAll(() => backend.close());

const pid = () => backend.workers[0]!.pid;
const worker = () => made.get(pid())!;

/** Advances past the deadline of a call in one step, so that the worker does not become suspect. */
async function passDeadline(): Promise<void> {
  await turn();
  clock.advance(DEADLINE_MS);
  await turn();
}

describe('a room whose media worker hangs and responds again', () => {
  it('offers a consumer again, once, that the worker created too late', async () => {
    using rooms = openRooms(backend);
    const alice = await rooms.join('alice');
    const producer = await alice.produce('audio');
    const bob = rooms.connect('bob');
    await bob.loadDevice();
    await bob.createTransport('send');
    await bob.createTransport('recv');
    hang(pid());
    await bob.join();
    await passDeadline();
    expect(rooms.logs.messages()).toContain('cannot create the consumer');
    expect(bob.connection.allReceived('newConsumer')).toEqual([]);
    await passDeadline();

    wake(pid());
    expect(await bob.connection.received('newConsumer')).toMatchObject({ peerId: 'alice', producerId: producer.id });
    await settled(worker());
    expect(bob.connection.allReceived('newConsumer')).toHaveLength(1);
    const [dump] = await backend.dump();
    expect(dump?.routers.map(({ consumers }) => consumers)).toEqual([1]);
  });

  it('starts the DTLS deadline where the worker connected a transport too late', async () => {
    using rooms = openRooms(backend, { limits: { dtlsTimeoutMs: 5000 } });
    const alice = await rooms.join('alice');
    const transport = alice.sendTransport!;
    hang(pid());
    const sending = alice.produce('audio').catch((error: unknown) => error);
    await passDeadline();
    await sending;
    wake(pid());
    await settled(worker());
    rooms.clock.advance(5000);
    expect(await alice.connection.received('transportClosed')).toMatchObject({
      transportId: transport.id,
      reason: 'dtlsTimeout',
    });
  });

  it('keeps a push-pull client that joined again after its refusal', async () => {
    using rooms = openPushPullRooms(backend);
    const alice = rooms.connect('alice');
    hang(pid());
    const refused = expect(alice.join()).rejects.toMatchObject({ code: 503 });
    await passDeadline();
    await refused;
    wake(pid());
    await alice.join();
    rooms.clock.advance(5000);
    expect(alice.connection.closed).toBe(false);
  });

  it('lets its bot consume a data producer again, once, that the worker connected too late', async () => {
    using rooms = openRooms(backend);
    const alice = await rooms.join('alice');
    await alice.produceData('bot');
    const [dataProducer] = rooms.registry.get('room')!.peers.get('alice')!.sending.dataProducers.values();
    const bot = await Bot.create({ router: rooms.registry.get('room')!.router, clock, logger: rooms.logs.logger });
    hang(pid());
    bot.listenTo(dataProducer!);
    await passDeadline();
    await passDeadline();
    wake(pid());
    await settled(worker());
    const { mapDataProducerIdDataConsumerIds } = await routers.latest.dump();
    expect(mapDataProducerIdDataConsumerIds.map(({ values }) => values.length)).toContain(1);
    expect(rooms.logs.messages()).not.toContain('bot cannot read a data producer');
  });
});
