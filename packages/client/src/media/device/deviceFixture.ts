import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { FakeHandler, testFakeParameters, type types } from 'mediasoup-client';
import { vi } from 'vitest';
import { ManualClock } from '@tureen/kernel';

import type { MediaConsumeOptions, SendTransportHandlers, TransportDescription } from '../MediaEngine.ts';
import { DeviceEngine } from './DeviceEngine.ts';

/** Creates an engine over mediasoup-client's FakeHandler. `vendors` lists its handlers in order. */
export function fakeBrowser() {
  const clock = new ManualClock();
  const vendors: types.HandlerInterface[] = [];
  const fake = FakeHandler.createFactory(testFakeParameters);
  const engine = new DeviceEngine({
    clock,
    answerTimeoutMs: 5000,
    handlerFactory: {
      ...fake,
      factory: (options) => {
        const vendor = fake.factory(options);
        vendors.push(vendor);
        return vendor;
      },
    },
  });
  return { engine, clock, vendors };
}

export const routerRtpCapabilities = () => structuredClone(testFakeParameters.generateRouterRtpCapabilities()) as never;

export function describeTransport(id: string): TransportDescription {
  return { ...structuredClone(testFakeParameters.generateTransportRemoteParameters()), id };
}

let nextSsrc = 1000;

/** Returns the options of a consumer, as a server would send them. */
export function offer(id: string, mimeType: 'audio/opus' | 'video/VP8' = 'video/VP8') {
  const remote = structuredClone(
    testFakeParameters.generateConsumerRemoteParameters({ id, codecMimeType: mimeType }),
  ) as MediaConsumeOptions;
  const encodings = [{ ssrc: nextSsrc++, rtx: { ssrc: nextSsrc++ } }];
  return { ...remote, rtpParameters: { ...remote.rtpParameters, mid: `mid-${id}`, encodings } };
}

export const trackOf = (kind: 'audio' | 'video') => new FakeMediaStreamTrack({ kind });

function handlers() {
  let nextId = 0;
  return {
    onConnect: vi.fn<SendTransportHandlers['onConnect']>(async () => {}),
    onConnectionState: vi.fn<SendTransportHandlers['onConnectionState']>(),
    onProduce: vi.fn<SendTransportHandlers['onProduce']>(async () => `producer-${nextId++}`),
    onProduceData: vi.fn<SendTransportHandlers['onProduceData']>(async () => `data-${nextId++}`),
  };
}

/** Opens a loaded session with both transports, their handlers, and the fake browser below each. */
export async function openSession() {
  const browser = fakeBrowser();
  const session = browser.engine.open();
  browser.clock.advance(0);
  const capabilities = await session.load(routerRtpCapabilities());
  const send = handlers();
  const recv = handlers();
  const sendTransport = session.createSendTransport(describeTransport('send'), send);
  const recvTransport = session.createRecvTransport(describeTransport('recv'), recv);
  const [sendVendor, recvVendor] = browser.vendors;
  if (sendVendor === undefined || recvVendor === undefined) throw new Error('no handler was made');
  return { ...browser, session, capabilities, send, recv, sendTransport, recvTransport, sendVendor, recvVendor };
}

/** Creates a sender, which browsers have and the FakeHandler lacks. */
function fakeSender(track: MediaStreamTrack) {
  const sender = {
    track: track as MediaStreamTrack | null,
    replaceTrack: vi.fn(async (next: MediaStreamTrack | null) => {
      sender.track = next;
    }),
  };
  return sender;
}

/** Gives each producer of the handler a sender at once, as a browser does. */
export function withSenders(vendor: types.HandlerInterface) {
  const senders: ReturnType<typeof fakeSender>[] = [];
  const send = vendor.send.bind(vendor);
  vi.spyOn(vendor, 'send').mockImplementation(async (options) => {
    const sender = fakeSender(options.track);
    senders.push(sender);
    options.onRtpSender?.(sender as unknown as RTCRtpSender);
    return { ...(await send(options)), rtpSender: sender as unknown as RTCRtpSender };
  });
  return senders;
}
