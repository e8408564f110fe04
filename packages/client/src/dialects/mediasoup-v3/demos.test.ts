import type { AppData } from '@tureen/protocol/common';
import { describe, expect, it } from 'vitest';
import { mediasoupV3 } from '../../entries/mediasoupV3.ts';
import { FakeEngine } from '../../media/fake/FakeEngine.ts';
import { whenRead } from '@tureen/testkit/scripted/waits';
import { fakeTrack, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { routerRtpCapabilities, rtpParametersOf } from '@tureen/testkit/scripted/ScriptedServer';
import type { MediasoupV3Options } from './options.ts';

/** Opens a room on a server of one generation, which knows neither request to leave. */
function demo(generation: 'classic' | 'notify' | 'both', options: MediasoupV3Options = {}) {
  const engine = new FakeEngine();
  const world = roomWorld({ dialect: mediasoupV3({ engine, ...options }) });
  const { server } = world;
  if (generation !== 'classic') {
    const wrapped = { routerRtpCapabilities };
    server.on('getRouterRtpCapabilities', () =>
      generation === 'both' ? { ...routerRtpCapabilities, ...wrapped } : wrapped,
    );
  }
  if (generation !== 'both')
    for (const method of ['leaveRoom', 'leaveCall'])
      server.on(method, () => {
        throw new Error(`unknown request.method "${method}"`);
      });
  return { ...world, engine };
}

const last = (world: ReturnType<typeof demo>, method: string) =>
  world.server.received.filter((one) => one.method === method).map(({ data }) => data);

describe('leave()', () => {
  it.each([
    ['classic', 'mediasoup-version'],
    ['notify', 'mediasoupVersion'],
    ['notify', null],
  ] as const)('sends nothing to a demo, %s, that sent %s', async (generation, version) => {
    const world = demo(generation);
    const { room, server } = world;
    const versions: string[] = [];
    room.on('serverVersion', (event) => versions.push(event.version));
    await room.join();
    if (version !== null)
      await whenRead(room, () => {
        server.notify(version, { version: '3.14.15' });
      });
    server.received.length = 0;
    await room.leave();
    expect(server.methods()).toEqual([]);
    expect(server.connection.closed).toBe(true);
    expect(room.state).toBe('left');
    expect(versions).toEqual(version === null ? [] : ['3.14.15']);
  });

  it.each(['classic', 'notify', 'both'] as const)(
    'sends leaveRoom to a server that announced extensions and its version, %s',
    async (generation) => {
      const { room, server } = demo(generation);
      server.extensions = ['textMessage'];
      server.on('leaveRoom', () => ({}));
      await room.join();
      server.notify('mediasoupVersion', { version: '3.27.1' });
      server.received.length = 0;
      await room.leave();
      expect(server.methods()).toEqual(['leaveRoom']);
    },
  );

  it('sends leaveRoom, then leaveCall, to any other server', async () => {
    const { room, server } = demo('classic');
    await room.join();
    server.received.length = 0;
    await room.leave();
    expect(server.methods()).toEqual(['leaveRoom', 'leaveCall']);
  });
});

describe('createWebRtcTransport', () => {
  it.each([
    [undefined, { producing: true, consuming: false, appData: { direction: 'producer' } }],
    ['auto', { producing: true, consuming: false, appData: { direction: 'producer' } }],
    ['classic', { producing: true, consuming: false }],
    ['notify', { appData: { direction: 'producer' } }],
  ] as const)('shows the generation that the app chose: %s', async (variant, shown) => {
    const world = demo('both', { variant });
    await world.room.join();
    const [{ forceTcp: _, sctpCapabilities: __, ...data } = {}] = last(world, 'createWebRtcTransport');
    expect(data).toEqual(shown);
  });
});

describe('the source of a producer', () => {
  const tracks = [
    ['video', 'camera'],
    ['audio', 'microphone'],
    ['video', 'screen'],
    ['audio', 'screenAudio'],
    ['video', 'whiteboard'],
  ] as const;

  it.each([
    [
      'classic',
      [
        { source: 'camera' },
        { source: 'microphone' },
        { source: 'screen', share: true },
        { source: 'screenAudio', share: true },
        { source: 'whiteboard' },
      ],
    ],
    [
      'notify',
      [
        { source: 'video' },
        { source: 'audio' },
        { source: 'screensharing' },
        { source: 'screensharing' },
        { source: 'whiteboard' },
      ],
    ],
  ] as const)('is sent in the terms of the server, %s', async (generation, expected) => {
    const world = demo(generation);
    await world.room.join();
    for (const [kind, source] of tracks) await world.room.produce(fakeTrack(kind), { source });
    expect(last(world, 'produce').map(({ appData }) => appData)).toEqual(expected);
    expect([...world.room.producers.values()].map(({ source }) => source)).toEqual(tracks.map(([, source]) => source));
  });

  async function received(options: MediasoupV3Options, kind: 'audio' | 'video', appData: object) {
    const { room, server } = demo('classic', options);
    server.peers = [{ id: 'bob', displayName: 'Bob' }];
    await room.join();
    const arrived = room.waitFor('newConsumer');
    void server.ask('newConsumer', {
      id: 'c',
      peerId: 'bob',
      producerId: 'p',
      kind,
      rtpParameters: rtpParametersOf(kind),
      type: 'simple',
      appData: { ...appData, peerId: 'bob' },
    });
    const { consumer } = await arrived;
    return { source: consumer.source, appData: consumer.appData };
  }

  it.each([
    ['video', {}, 'camera'],
    ['audio', {}, 'microphone'],
    ['video', { share: true }, 'screen'],
    ['audio', { share: true }, 'screenAudio'],
    ['video', { source: 'unknown' }, 'unknown'],
  ] as const)('is read: a %s of a demo client with %j is %s', async (kind, appData, source) => {
    expect(await received({}, kind, appData)).toMatchObject({ source });
  });

  it('is unknown without sourceByKind where nothing names it', async () => {
    expect(await received({ sourceByKind: false }, 'video', {})).toMatchObject({ source: 'unknown' });
    expect(await received({ sourceByKind: false }, 'video', { share: true })).toMatchObject({ source: 'screen' });
  });

  it('stays in appData as the sender named it', async () => {
    const { appData } = await received({}, 'video', { source: 'screensharing', team: 'blue' });
    expect(appData).toEqual({ source: 'screen', team: 'blue', peerId: 'bob' });
  });
});

describe('produceData', () => {
  it.each([
    ['notify', {}, { channel: 'chat' }],
    ['notify', { appData: { info: 'x' } }, { info: 'x', channel: 'chat' }],
    ['notify', { appData: { channel: 'bot' } }, { channel: 'bot' }],
    ['classic', {}, {}],
    ['both', {}, {}],
  ] as const)('names the channel of the label to %s, given %j', async (generation, options, expected) => {
    const world = demo(generation);
    await world.room.join();
    const dataProducer = await world.room.produceData<AppData>({ label: 'chat', ...options });
    expect(last(world, 'produceData').at(-1)?.appData ?? {}).toEqual(expected);
    expect(dataProducer.label).toBe('chat');
  });
});
