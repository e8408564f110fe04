import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { describe, expect, test, vi } from 'vitest';

import type { SendTransportHandlers, TransportDescription } from '../MediaEngine.ts';
import { FakeEngine } from './FakeEngine.ts';

const routerRtpCapabilities = {
  codecs: [
    { kind: 'audio', mimeType: 'audio/opus', preferredPayloadType: 100, clockRate: 48_000, channels: 2 },
    { kind: 'video', mimeType: 'video/VP8', preferredPayloadType: 101, clockRate: 90_000 },
    { kind: 'video', mimeType: 'video/rtx', preferredPayloadType: 102, clockRate: 90_000, parameters: { apt: 101 } },
  ],
  headerExtensions: [],
} as const;

const description: TransportDescription = {
  id: 'transport',
  iceParameters: { usernameFragment: 'u', password: 'p', iceLite: true },
  iceCandidates: [],
  dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: 'AB:CD' }] },
  sctpParameters: { port: 5000, maxSendMessageSize: 262_144, maxReceiveMessageSize: 262_144 },
};

function handlers() {
  let nextId = 0;
  return {
    onConnect: vi.fn<SendTransportHandlers['onConnect']>(async () => {}),
    onConnectionState: vi.fn<SendTransportHandlers['onConnectionState']>(),
    onProduce: vi.fn<SendTransportHandlers['onProduce']>(async () => `producer${nextId++}`),
    onProduceData: vi.fn<SendTransportHandlers['onProduceData']>(async () => `dataProducer${nextId++}`),
  };
}

async function loaded(engine = new FakeEngine()) {
  const session = engine.open();
  await session.load(structuredClone(routerRtpCapabilities) as never);
  const send = handlers();
  const recv = handlers();
  return {
    engine,
    session,
    send,
    recv,
    sendTransport: session.createSendTransport(description, send),
    recvTransport: session.createRecvTransport(description, recv),
  };
}

const camera = () => new FakeMediaStreamTrack({ kind: 'video' });
const offer = (id: string) => ({
  id,
  producerId: `producer of ${id}`,
  kind: 'video' as const,
  rtpParameters: { codecs: [{ mimeType: 'video/VP8', payloadType: 101, clockRate: 90_000 }], encodings: [{ ssrc: 1 }] },
});
const nothingOpen = {
  sessions: 0,
  sendTransports: 0,
  recvTransports: 0,
  producers: 0,
  consumers: 0,
  dataProducers: 0,
  dataConsumers: 0,
  waiting: 0,
};

describe('FakeEngine', () => {
  test('connects the transport once on produce, and requests plausible parameters', async () => {
    const { send, sendTransport } = await loaded();

    const [producer] = await Promise.all([
      sendTransport.produce({ track: camera(), paused: true, appData: { source: 'camera' } }),
      sendTransport.produce({ track: new FakeMediaStreamTrack({ kind: 'audio' }) }),
    ]);

    expect(send.onConnect).toHaveBeenCalledOnce();
    expect(send.onConnectionState.mock.calls).toEqual([['connecting'], ['connected']]);
    expect(send.onProduce.mock.calls[0]?.[0]).toMatchObject({
      kind: 'video',
      paused: true,
      appData: { source: 'camera' },
      rtpParameters: { mid: '0', codecs: [{ mimeType: 'video/VP8', payloadType: 101 }, { mimeType: 'video/rtx' }] },
    });
    expect(producer).toMatchObject({ id: 'producer0', kind: 'video', paused: true, closed: false });
  });

  test('fails an operation that is scripted to fail once', async () => {
    const { engine, recvTransport } = await loaded();
    engine.failNext('consume');

    await expect(recvTransport.consume(offer('a'))).rejects.toMatchObject({ code: 'mediaFailed' });
    await expect(recvTransport.consume(offer('a'))).resolves.toMatchObject({ id: 'a' });
  });

  test('continues a held operation when released, and rejects it when the session closes', async () => {
    const { engine, session, sendTransport, recvTransport } = await loaded();
    const produce = engine.hold('produce');
    const consume = engine.hold('consume');
    const producing = sendTransport.produce({ track: camera() });
    const consuming = recvTransport.consume(offer('a'));
    await Promise.all([produce.reached(), consume.reached()]);
    expect(engine.counts).toMatchObject({ producers: 0, consumers: 0, waiting: 2 });

    produce.release();
    await producing;
    session.close();
    await expect(consuming).rejects.toMatchObject({ code: 'closed' });
    consume.release();
    expect(engine.counts).toEqual(nothingOpen);
  });

  test('breaks the transport permanently on a refused connect, as a browser does', async () => {
    const { send, sendTransport } = await loaded();
    send.onConnect.mockRejectedValueOnce(new Error('no'));

    await expect(sendTransport.produce({ track: camera() })).rejects.toThrow('no');
    expect(send.onConnectionState).toHaveBeenLastCalledWith('failed');
    await expect(sendTransport.produce({ track: camera() })).rejects.toMatchObject({ code: 'mediaFailed' });
  });

  test('ends the tracks of consumers with the session, keeps those of producers, and leaks nothing', async () => {
    const { engine, session, sendTransport, recvTransport } = await loaded();
    const track = camera();
    await sendTransport.produce({ track });
    await sendTransport.produceData({ label: 'chat' });
    const consumer = await recvTransport.consume(offer('a'));
    await recvTransport.consumeData({
      id: 'd',
      dataProducerId: 'p',
      sctpStreamParameters: { streamId: 1 },
      label: 'chat',
    });
    expect(engine.counts).toMatchObject({ producers: 1, consumers: 1, dataProducers: 1, dataConsumers: 1 });

    session.close();

    expect(engine.counts).toEqual(nothingOpen);
    expect(track.readyState).toBe('live');
    expect(consumer.track.readyState).toBe('ended');
  });

  test('consumes an ID once on a transport, even after the consumer closed, as a browser does', async () => {
    const { recvTransport } = await loaded();
    const first = recvTransport.consume(offer('a'));
    await expect(recvTransport.consume(offer('a'))).rejects.toMatchObject({ code: 'unsupported' });
    (await first).close();
    await expect(recvTransport.consume(offer('a'))).rejects.toMatchObject({ code: 'unsupported' });
  });
});
