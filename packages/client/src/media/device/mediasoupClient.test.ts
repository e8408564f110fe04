import { readFileSync, readdirSync } from 'node:fs';

import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { FakeHandler, testFakeParameters, version } from 'mediasoup-client';
import { build, type Rolldown } from 'vite';
import { beforeAll, expect, test } from 'vitest';

import { leanMediasoupClient, licencesBeside } from '../../../mediasoupClient.config.ts';
import type * as mediasoupClient from './mediasoupClient.ts';

let files: Rolldown.RolldownOutput['output'];
let published: typeof mediasoupClient;

beforeAll(async () => {
  const [built] = (await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [leanMediasoupClient, licencesBeside],
    build: {
      write: false,
      minify: false,
      lib: { entry: new URL('mediasoupClient.ts', import.meta.url).pathname, formats: ['es'], fileName: 'built' },
    },
  })) as Rolldown.RolldownOutput[];
  files = built!.output;
  published = (await import(`data:text/javascript,${encodeURIComponent(files[0].code)}`)) as typeof mediasoupClient;
});

test('the published mediasoup-client has every handler for browsers, and neither tests nor logs', () => {
  const { code } = files[0];

  for (const handler of ['Chrome111', 'Chrome74', 'Firefox120', 'Safari12'])
    expect(code).toContain(`lib/handlers/${handler}.js`);
  expect(code).not.toContain('lib/handlers/ReactNative106.js');
  expect(code).not.toMatch(/lib\/handlers\/FakeHandler\.js|fakeParameters|node_modules\/debug\//);
  expect(code).not.toMatch(/\w+ogger\b/);
});

test('it says its version in the SDP, as the installed one does', () => {
  expect(files[0].code).toContain(`"${version}"`);
  expect(files[0].code).toMatch(/mediasoup-client-v\$\{version\}/);
});

test('the handler for React Native is one that it does not know', () => {
  expect(() => new published.Device({ handlerName: 'ReactNative106' })).toThrow('unknown handlerName "ReactNative106"');
});

test('its private members have short names, and those that are read from outside keep theirs', () => {
  const { code } = files[0];
  const members = new Set(code.match(/(?<=\bthis\.)_\w+/g));
  const long = [...members].filter((name) => name.length > 3);

  expect(members.size).toBeGreaterThan(50);
  expect(long.sort()).toEqual(['_firstMid', '_mediaSections', '_midToIndex', '_remoteSdp', '_sdpObject']);
});

test('no two private members of one class have become one', () => {
  const classes = files[0].code.split(/^(?=.*\bclass\b)/m);
  const fields = classes.map((text) => [...text.matchAll(/^\t(?:static )?(_\w+)(?: =|;)/gm)].map(([, name]) => name));

  expect(fields.flat().length).toBeGreaterThan(80);
  for (const names of fields) expect(names).toEqual([...new Set(names)]);
});

test('neither calls nor listens to what the build leaves out of it', () => {
  const { code } = files[0];
  const folder = new URL('.', import.meta.url);
  const own = readdirSync(folder).filter((file) => !file.endsWith('.test.ts'));
  const sources = own.map((file) => readFileSync(new URL(file, folder), 'utf8'));
  const unused =
    /\.(?:updateIceServers|setRtpEncodingParameters|getDataChannelMaxMessageSize|(?:pause|resume)(?:Sending|PendingConsumers)|pauseReceiving|pauseMediaSection|resumeSendingMediaSection|addListener|removeListener|dump)\(/;

  expect(sources.length).toBeGreaterThan(10);
  for (const text of [code, ...sources]) expect(text).not.toMatch(unused);
  expect(code).not.toMatch(/@pause|@resume|@setrtpencodingparameters/);
});

test('its licences lie beside it', () => {
  const licences = files.find(({ fileName }) => fileName.endsWith('.LICENSE.txt'));

  expect(licences).toMatchObject({ source: expect.stringContaining('Iñaki Baz Castillo') as string });
  expect(licences).toMatchObject({ source: expect.stringMatching(/^h264-profile-level-id$/m) as string });
});

test('it does what the installed one does, also where that would have logged', async () => {
  const device = new published.Device({ handlerFactory: FakeHandler.createFactory(testFakeParameters) });
  await device.load({ routerRtpCapabilities: testFakeParameters.generateRouterRtpCapabilities() });
  expect(device.canProduce('video')).toBe(true);

  const transport = device.createSendTransport(testFakeParameters.generateTransportRemoteParameters());
  transport.on('connectionstatechange', () => {
    throw new Error('a listener fails');
  });
  transport.close();

  expect(transport.closed).toBe(true);
  await expect(transport.getStats()).rejects.toThrow('closed');
});

test('the published mediasoup-client sends and receives, and tells of each end', async () => {
  const device = new published.Device({ handlerFactory: FakeHandler.createFactory(testFakeParameters) });
  await device.load({ routerRtpCapabilities: testFakeParameters.generateRouterRtpCapabilities() });
  const send = device.createSendTransport(testFakeParameters.generateTransportRemoteParameters());
  const recv = device.createRecvTransport(testFakeParameters.generateTransportRemoteParameters());
  for (const transport of [send, recv])
    transport.on('connect', (_parameters, callback) => {
      callback();
    });
  send.on('produce', (_parameters, callback) => {
    callback({ id: 'p1' });
  });
  send.on('producedata', (_parameters, callback) => {
    callback({ id: 'd1' });
  });
  const producer = await send.produce({ track: new FakeMediaStreamTrack({ kind: 'video' }) });
  const track = new FakeMediaStreamTrack({ kind: 'video' });
  await producer.setMaxSpatialLayer(1);
  await producer.replaceTrack({ track });
  const dataProducer = await send.produceData();
  const offer = testFakeParameters.generateConsumerRemoteParameters({ codecMimeType: 'audio/opus' });
  const consumer = await recv.consume({ ...offer, producerId: 'p2' });

  expect([producer.id, producer.track, producer.maxSpatialLayer]).toEqual(['p1', track, 1]);
  expect(dataProducer.id).toBe('d1');
  expect(consumer.producerId).toBe('p2');

  const ended: string[] = [];
  producer.observer.once('close', () => ended.push('producer'));
  consumer.observer.once('close', () => ended.push('consumer'));
  consumer.on('transportclose', () => ended.push('by its transport'));
  producer.close();
  recv.close();
  expect(ended).toEqual(['producer', 'by its transport', 'consumer']);
});
