import { readFileSync } from 'node:fs';

import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { FakeHandler, testFakeParameters, version } from 'mediasoup-client';
import { beforeAll, describe, expect, it } from 'vitest';

import { bundleEntry, leanOptions } from './build/bundleEntry.ts';
import { bundledVersion, reservedMembers, unusedHandlerMethods, unusedMethods } from './build/index.ts';
import type * as entry from './index.ts';

let code: string;
let bundle: typeof entry;

beforeAll(async () => {
  // Once as published, and once complete as a module that Node runs.
  const published = await bundleEntry({ ...leanOptions, external: ['eventemitter3', 'sdp-transform'] });
  const whole = await bundleEntry(leanOptions);
  code = published.output[0].code;
  bundle = (await import(`data:text/javascript,${encodeURIComponent(whole.output[0].code)}`)) as typeof entry;
});

describe('Content of the lean bundle', () => {
  it('has every handler for browsers', () => {
    for (const handler of ['Chrome111', 'Chrome74', 'Firefox120', 'Safari12'])
      expect(code).toContain(`lib/handlers/${handler}.js`);
  });

  it('has no test code, no debug and no log call', () => {
    expect(code).not.toMatch(/lib\/handlers\/(?:ReactNative106|FakeHandler)\.js|fakeParameters|node_modules\/debug\//);
    expect(code).not.toMatch(/\w+ogger\b/);
  });

  it('has no CommonJS code', () => {
    expect(code).not.toMatch(/\bexports\b|\brequire\(|__importStar|__commonJS/);
  });

  it('has the emitter of eventemitter3 instead of the events package', () => {
    expect(code).toMatch(/^import \{ EventEmitter \} from "eventemitter3";$/m);
    expect(code).not.toMatch(/node_modules\/events(?:-alias)?\//);
  });

  it('shortens private members, except those that the client reads', () => {
    const members = new Set(code.match(/(?<=\bthis\.)_?[a-zA-Z]\w*/g));
    const ofEmitter = ['_events', '_eventsCount'];
    const long = [...members].filter((name) => /^_..../.test(name) && !ofEmitter.includes(name));
    const short = [...members].filter((name) => name.length < 3);

    expect(short.length).toBeGreaterThan(50);
    expect(long.sort()).toEqual([...reservedMembers].sort());
  });

  it('gives the members of a class different names', () => {
    const classes = code.split(/^(?=.*\bclass\b)/m);
    const fields = classes.map((text) => [...text.matchAll(/^\t(?:static )?(\w+)(?: =|;)/gm)].map(([, name]) => name));

    expect(fields.flat().length).toBeGreaterThan(80);
    for (const names of fields) expect(names).toEqual([...new Set(names)]);
  });

  it('neither calls removed methods nor listens for removed events', () => {
    // The emitter's methods of these names stay, and a handler factory has a method `factory`.
    const { 'mediasoup-client/lib/enhancedEvents.js': ofEmitter = [], ...methods } = unusedMethods;
    const ambiguous = ['pause', 'resume', 'remove', 'factory', ...ofEmitter];
    const names = [...Object.values(methods).flat(), ...unusedHandlerMethods].filter(
      (name) => !ambiguous.includes(name),
    );

    expect(names.length).toBeGreaterThan(10);
    expect(code).not.toMatch(new RegExp(`\\.(?:${names.join('|')})\\(`));
    expect(code).not.toMatch(/\.(?:prepend(?:Once)?Listener|addListener|rawListeners)\(/);
    expect(code).not.toMatch(/@pause|@resume|@setrtpencodingparameters/);
  });
});

describe('Version of the lean bundle', () => {
  const lockfile = readFileSync(new URL('../../../pnpm-lock.yaml', import.meta.url), 'utf8');
  const importer = (name: string) => new RegExp(`^  packages/${name}:\n(?:    .*\n)+`, 'm').exec(lockfile)?.[0] ?? '';
  const locked = (name: string) => /^ {6}mediasoup-client:\n.*specifier: (.*)\n.*version: (\S+)$/m.exec(importer(name));

  it('equals the version of the lockfile, which this package pins', () => {
    const [, specifier, resolved] = locked('mediasoup-client-lean') ?? [];

    expect(specifier).toBe(resolved);
    expect(bundle.version).toBe(resolved);
    expect([version, bundledVersion]).toEqual([resolved, resolved]);
  });

  it('equals the version of the types in the client', () => {
    expect(locked('client')?.[2]).toBe(bundle.version);
  });

  it('is in the session name of the SDP, as in the genuine package', () => {
    expect(code).toContain(`"${version}"`);
    expect(code).toMatch(/mediasoup-client-v\$\{version\}/);
  });
});

describe('Behavior of the lean bundle', () => {
  const loadDevice = async () => {
    const device = new bundle.Device({ handlerFactory: FakeHandler.createFactory(testFakeParameters) });
    await device.load({ routerRtpCapabilities: testFakeParameters.generateRouterRtpCapabilities() });
    return device;
  };

  it('exports the handlers for browsers, and none for React Native', () => {
    expect(Object.keys(bundle.handlers)).toEqual(['Chrome111', 'Chrome74', 'Firefox120', 'Safari12']);
  });

  it('behaves like the genuine package where that package would log', async () => {
    const device = await loadDevice();
    expect(device.canProduce('video')).toBe(true);

    const transport = device.createSendTransport(testFakeParameters.generateTransportRemoteParameters());
    transport.on('connectionstatechange', () => {
      throw new Error('a listener fails');
    });
    transport.close();

    expect(transport.closed).toBe(true);
    await expect(transport.getStats()).rejects.toThrow('closed');
  });

  it('sends, receives, and emits each close', async () => {
    const device = await loadDevice();
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

    const closed: string[] = [];
    producer.observer.once('close', () => closed.push('producer'));
    consumer.observer.once('close', () => closed.push('consumer'));
    consumer.on('transportclose', () => closed.push('by its transport'));
    producer.close();
    recv.close();
    expect(closed).toEqual(['producer', 'by its transport', 'consumer']);
  });
});
