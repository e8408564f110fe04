import { toV2Capabilities, toV2ConsumerParameters } from '@tureen/protocol/mediasoup-v2-shared';
import { describe, expect, it } from 'vitest';
import { fakeBrowser, offer, routerRtpCapabilities, trackOf } from '../../media/device/deviceFixture.ts';
import { v2Dialects, v2World } from '@tureen/testkit/scripted/v2World';

/**
 * Opens the same rooms over mediasoup-client, with a fake browser, to test what mediasoup-client does with the converted data.
 */
async function deviceWorld(name: (typeof v2Dialects)[number]) {
  const { engine, vendors } = fakeBrowser();
  const world = v2World(name, { engine });
  const router = toV2Capabilities(routerRtpCapabilities());
  world.server.on('queryRoom', () => ({ rtpCapabilities: router, mandatoryCodecPayloadTypes: [] }));
  const join = name === 'mediasoup-v2-beta' ? 'joinRoom' : 'join';
  world.server.on(join, () => ({ rtpCapabilities: router, peers: [{ name: 'bob' }] }));
  await world.room.join();
  world.said.length = 0;
  return { ...world, vendors, join };
}

describe.each(v2Dialects)('%s over mediasoup-client', (name) => {
  it('joins with the browser’s receive capabilities, with the router’s payload types', async () => {
    const { server, join } = await deviceWorld(name);
    if (name === 'mediasoup-v2-alpha') return;
    const { codecs } = server.last(join).rtpCapabilities as {
      codecs: { name: string; preferredPayloadType: number }[];
    };
    const router = toV2Capabilities(routerRtpCapabilities()).codecs;
    expect(codecs.length).toBeGreaterThan(0);
    for (const codec of codecs)
      expect(router).toContainEqual(
        expect.objectContaining({ name: codec.name, preferredPayloadType: codec.preferredPayloadType }),
      );
  });

  it('sends audio, and video in three simulcast streams', async () => {
    const { room, server, said } = await deviceWorld(name);
    await room.produce(trackOf('audio'));
    await room.produce(trackOf('video'), { encodings: [{ maxBitrate: 1 }, { maxBitrate: 2 }, { maxBitrate: 3 }] });
    const [audio, video] = server.all(name === 'mediasoup-v2-alpha' ? 'createReceiver' : 'createProducer');
    expect(audio?.rtpParameters).toMatchObject({ codecs: [{ name: 'opus' }], rtcp: { mux: true } });
    expect((audio?.rtpParameters as { encodings: object[] }).encodings).toHaveLength(1);
    expect((video?.rtpParameters as { encodings: object[] }).encodings).toMatchObject([
      { profile: 'low' },
      { profile: 'medium' },
      { profile: 'high' },
    ]);
    expect(server.methods().filter((method) => method === 'updateTransport')).toHaveLength(1);
    expect(said).toEqual([]);
  });

  it('receives consumers, and continues when one of them has closed', async () => {
    const { notify, said, room } = await deviceWorld(name);
    const consumer = (id: number) => {
      const { kind, rtpParameters } = offer(String(id), id % 2 === 0 ? 'video/VP8' : 'audio/opus');
      return { id, kind, peerName: 'bob', rtpParameters: toV2ConsumerParameters(rtpParameters), paused: false };
    };
    for (const id of [3331, 3332, 3333]) notify('newConsumer', consumer(id));
    await said.reaches(3);
    notify('consumerClosed', { id: 3332, peerName: 'bob' });
    notify('newConsumer', consumer(3334));
    await room.waitFor('newConsumer', { where: ({ consumer: { id } }) => id === '3334' });
    expect(said).toEqual([
      'newConsumer 3331 bob',
      'newConsumer 3332 bob',
      'newConsumer 3333 bob',
      'consumerClosed 3332 remote',
      'newConsumer 3334 bob',
    ]);
    await room.leave();
  });

  it('refuses a consumer that would break the SDP, and receives the next one', async () => {
    const { notify, said, room } = await deviceWorld(name);
    const { rtpParameters } = offer('1');
    const good = toV2ConsumerParameters(rtpParameters);
    const evil = { ...good, rtcp: { cname: 'x\r\na=evil' } };
    notify('newConsumer', { id: 1, kind: 'video', peerName: 'bob', rtpParameters: evil, paused: false });
    notify('newConsumer', { id: 2, kind: 'video', peerName: 'bob', rtpParameters: good, paused: false });
    await room.waitFor('newConsumer');
    expect(said).toEqual(['requestFailed newConsumer error=badResponse', 'newConsumer 2 bob']);
    await room.leave();
  });
});
