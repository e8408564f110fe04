import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { ScriptedServer } from '@tureen/testkit/scripted/ScriptedServer';
import { roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { mediasoupV3 } from '../entries/mediasoupV3.ts';
import { DeviceCatalog } from '../devices/DeviceCatalog.ts';
import { eventNames } from '../shared/checks/development.ts';
import { Room } from './Room.ts';

function recorder() {
  const warnings: string[] = [];
  const ignore = () => {};
  const logger = { debug: ignore, info: ignore, error: ignore, warn: (text: string) => void warnings.push(text) };
  return { logger, warnings };
}

function world() {
  const { logger, warnings } = recorder();
  return { ...roomWorld({ logger }), warnings };
}

/** Emitter as JavaScript calls it. */
interface Emitter {
  on(event: string, listener: () => void): unknown;
  once(event: string, listener: () => void): unknown;
  subscribe(event: string, listener: () => void): () => void;
}

/** Returns one emitter of each class. */
async function emitters() {
  const { room, server, warnings } = world();
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
  const all = {
    Room: room,
    Peer: peer,
    Consumer: consumer,
    Producer: await room.produce(new FakeMediaStreamTrack({ kind: 'video' })),
    DataConsumer: dataConsumer,
    DataProducer: await room.produceData(),
    DeviceCatalog: room.devices,
  } satisfies Record<keyof typeof eventNames, unknown> as unknown as Record<keyof typeof eventNames, Emitter>;
  warnings.length = 0;
  return { all, warnings };
}

const classes = Object.keys(eventNames) as (keyof typeof eventNames)[];

describe('an emitter with a listener for an unknown event', () => {
  it.each(classes)('warns once for each name, for a %s and each way to listen', async (name) => {
    const { all, warnings } = await emitters();
    const emitter = all[name];
    emitter.on('newconsumr', () => {});
    emitter.on('newconsumr', () => {});
    emitter.once('newconsumr', () => {});
    emitter.once('other', () => {});
    emitter.subscribe('third', () => {})();
    expect(warnings).toEqual(
      ['newconsumr', 'other', 'third'].map((event) => `[tureen r1/alice] ${name} has no event '${event}'`),
    );
  });

  it('suggests the event that differs in case only', () => {
    const { room, warnings } = world();
    room.on('newconsumer' as never, () => {});
    expect(warnings).toEqual(["[tureen r1/alice] Room has no event 'newconsumer'; use 'newConsumer'"]);
  });

  it('warns in waitFor(), which still waits', async () => {
    const { room, warnings } = world();
    const controller = new AbortController();
    const waiting = room.waitFor('lefft' as never, { signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    expect(warnings).toEqual(["[tureen r1/alice] Room has no event 'lefft'"]);
  });

  it('warns for a class that extends Room', () => {
    class Meeting extends Room {}
    const { logger, warnings } = recorder();
    const { transport } = new ScriptedServer();
    const meeting = new Meeting({ roomId: 'r1', peerId: 'alice', dialect: mediasoupV3(), transport, logger });
    meeting.on('lefft' as never, () => {});
    expect(warnings).toEqual(["[tureen r1/alice] Room has no event 'lefft'"]);
  });

  it.each(classes)('warns for a %s when a bundler has renamed the class', async (name) => {
    const { all, warnings } = await emitters();
    const { constructor } = all[name];
    Object.defineProperty(constructor, 'name', { value: `${name}2` });
    onTestFinished(() => {
      Object.defineProperty(constructor, 'name', { value: name });
    });
    all[name].on('newconsumr', () => {});
    expect(warnings).toEqual([`[tureen r1/alice] ${name} has no event 'newconsumr'`]);
  });

  it.each([undefined, null, 5, Symbol('left')])('warns for %o, which is not a text', (event) => {
    const { room, warnings } = world();
    room.on(event as never, () => {});
    room.on(event as never, () => {});
    expect(warnings).toEqual([`[tureen r1/alice] Room has no event '${String(event)}'`]);
  });

  it('adds and removes the listener nevertheless', () => {
    const { room } = world();
    const listener = () => {};
    room.on('lefft' as never, listener);
    expect(room.listenerCount('lefft' as never)).toBe(1);
    room.off('lefft' as never, listener);
    expect(room.listenerCount('lefft' as never)).toBe(0);
  });
});

describe('an emitter', () => {
  it.each(classes)('does not warn of any event of a %s', async (name) => {
    const { all, warnings } = await emitters();
    for (const event of eventNames[name]) all[name].subscribe(event, () => {})();
    expect(warnings).toEqual([]);
  });

  it('does not warn without a logger', () => {
    const { room } = roomWorld();
    const catalog = new DeviceCatalog();
    for (const emitter of [room, catalog])
      expect(() => {
        (emitter as unknown as Emitter).subscribe('lefft', () => {})();
      }).not.toThrow();
  });
});
