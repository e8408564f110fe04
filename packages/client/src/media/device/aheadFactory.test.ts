import { FakeHandler, testFakeParameters, type types } from 'mediasoup-client';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { ManualClock } from '@tureen/kernel';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { DeviceEngine } from './DeviceEngine.ts';
import { describeTransport, routerRtpCapabilities } from './deviceFixture.ts';

const noHandlers = { onConnect: async () => {}, onConnectionState: () => {} };

afterEach(() => {
  vi.unstubAllGlobals();
});

function countingBrowser() {
  const fake = FakeHandler.createFactory(testFakeParameters);
  const read: string[] = [];
  const settings: (Partial<RTCConfiguration> | undefined)[] = [];
  const handlerFactory: types.HandlerFactory = {
    name: fake.name,
    factory: (options) => {
      settings.push(options.additionalSettings);
      return fake.factory(options);
    },
    getNativeRtpCapabilities: async (options) => {
      read.push(options.direction);
      return fake.getNativeRtpCapabilities(options);
    },
  };
  return { handlerFactory, read, settings };
}

/** Replaces `RTCPeerConnection` with one that generates a certificate. */
function stubCertificate(expires: number): object {
  const certificate = { expires };
  vi.stubGlobal('RTCPeerConnection', { generateCertificate: async () => certificate });
  return certificate;
}

describe('a session that opens', () => {
  test('reads the native capabilities in the next task, once in each direction', async () => {
    const { handlerFactory, read } = countingBrowser();
    const clock = new ManualClock();
    const session = new DeviceEngine({ handlerFactory, clock }).open();
    // The socket of the session opens first: the first connection of a page blocks the page.
    await expectUnchanged(() => read, []);
    clock.advance(0);
    expect(read).toEqual(['sendonly', 'recvonly']);
    await session.load(routerRtpCapabilities());
    expect(read).toEqual(['sendonly', 'recvonly']);
  });

  test('reads the native capabilities as it loads, where it loads sooner', async () => {
    const { handlerFactory, read } = countingBrowser();
    const clock = new ManualClock();
    await new DeviceEngine({ handlerFactory, clock }).open().load(routerRtpCapabilities());
    clock.advance(0);
    expect(read.toSorted()).toEqual(['recvonly', 'sendonly']);
  });

  test('reads nothing once it is closed', () => {
    const { handlerFactory, read } = countingBrowser();
    const clock = new ManualClock();
    new DeviceEngine({ handlerFactory, clock }).open().close();
    clock.advance(0);
    expect([read, clock.pending]).toEqual([[], 0]);
  });

  test('reports a failure of the browser when it loads, and reads again in the next session', async () => {
    const { handlerFactory } = countingBrowser();
    let isBroken = true;
    const engine = new DeviceEngine({
      handlerFactory: {
        ...handlerFactory,
        getNativeRtpCapabilities: (options) => {
          if (isBroken) throw new Error('broken');
          return handlerFactory.getNativeRtpCapabilities(options);
        },
      },
    });
    const session = engine.open();
    await expect(session.load(routerRtpCapabilities())).rejects.toMatchObject({
      code: 'mediaFailed',
      message: expect.stringContaining('broken'),
    });
    isBroken = false;
    await expect(engine.open().load(routerRtpCapabilities())).resolves.toMatchObject({ canSend: { audio: true } });
  });

  test('gives both transports one certificate, generated meanwhile, next to the settings of the app', async () => {
    const certificate = stubCertificate(Date.now() + 60_000);
    const { handlerFactory, settings } = countingBrowser();
    const clock = new ManualClock();
    const additionalSettings = { iceCandidatePoolSize: 2 };
    const session = new DeviceEngine({ handlerFactory, additionalSettings, clock }).open();
    clock.advance(0);
    await session.load(routerRtpCapabilities());
    session.createSendTransport(describeTransport('send'), noHandlers as never);
    session.createRecvTransport(describeTransport('recv'), noHandlers);
    const expected = { certificates: [certificate], iceCandidatePoolSize: 2 };
    expect(settings).toEqual([expected, expected]);
  });

  test.each([
    ['an expired certificate', Date.now() - 1, {}],
    ['its own certificate where the app passes one', Date.now() + 60_000, { certificates: [] }],
  ])('never replaces %s', async (_what, expires, additionalSettings) => {
    stubCertificate(expires);
    const { handlerFactory, settings } = countingBrowser();
    const clock = new ManualClock();
    const session = new DeviceEngine({ handlerFactory, additionalSettings, clock }).open();
    clock.advance(0);
    await session.load(routerRtpCapabilities());
    session.createRecvTransport(describeTransport('recv'), noHandlers);
    expect(settings).toEqual([additionalSettings]);
  });

  test('leaves the certificate to the browser where none can be generated', async () => {
    vi.stubGlobal('RTCPeerConnection', { generateCertificate: () => Promise.reject(new Error('no')) });
    const { handlerFactory, settings } = countingBrowser();
    const clock = new ManualClock();
    const session = new DeviceEngine({ handlerFactory, clock }).open();
    clock.advance(0);
    await session.load(routerRtpCapabilities());
    session.createRecvTransport(describeTransport('recv'), noHandlers);
    expect(settings).toEqual([{}]);
  });
});
