import { describe, expect, it } from 'vitest';
import { mediasoupV3 } from '../../entries/mediasoupV3.ts';
import { fakeBrowser } from '../../media/device/deviceFixture.ts';
import { FakeEngine } from '../../media/fake/FakeEngine.ts';
import type { MediaEngine } from '../../media/MediaEngine.ts';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { roomWorld } from '@tureen/testkit/scripted/roomWorld';

const vp8 = { kind: 'video', mimeType: 'video/VP8', preferredPayloadType: 101, clockRate: 90_000 };
const vp9 = { ...vp8, mimeType: 'video/VP9', preferredPayloadType: 103, parameters: { 'profile-id': 2 } };
const opus = { kind: 'audio', mimeType: 'audio/opus', preferredPayloadType: 100, clockRate: 48_000, channels: 2 };
const rtx = (preferredPayloadType: number, apt: number) => ({
  ...vp8,
  mimeType: 'video/rtx',
  preferredPayloadType,
  parameters: { apt },
});
const router = { codecs: [opus, vp8, rtx(102, 101), vp9, rtx(104, 103)], headerExtensions: [] };

/** Joins. Returns the codecs in `codecsUnsupported`, and the state before the event. */
async function heard(engine: MediaEngine, capabilities: object, extensions: string[] = []) {
  const { room, server } = roomWorld({ dialect: mediasoupV3({ engine }) });
  server.on('getRouterRtpCapabilities', () => capabilities);
  server.extensions = extensions;
  const events: { state: string; codecs: string[] }[] = [];
  room.on('codecsUnsupported', ({ codecs }) => {
    events.push({ state: room.state, codecs: codecs.map(({ mimeType }) => mimeType) });
  });
  await room.join();
  const { length } = events;
  await expectUnchanged(() => events.length, length);
  return events;
}

describe('codecsUnsupported', () => {
  const lacking = () => new FakeEngine({ mimeTypes: ['audio/opus', 'video/VP8'] });

  it('lists the router’s codecs that the browser lacks, without retransmission codecs, after the join', async () => {
    expect(await heard(lacking(), router)).toEqual([{ state: 'joined', codecs: ['video/VP9'] }]);
    expect(await heard(lacking(), { routerRtpCapabilities: router })).toEqual([
      { state: 'joined', codecs: ['video/VP9'] },
    ]);
  });

  it('is not emitted where everything can be received, or where the server reports each withheld track', async () => {
    expect(await heard(new FakeEngine(), router)).toEqual([]);
    expect(await heard(lacking(), router, ['consumerUnsupported'])).toEqual([]);
  });

  it('compares with the codecs that mediasoup-client matched', async () => {
    const codecs = router.codecs.map((codec) => ({ rtcpFeedback: [], ...codec }));
    expect(await heard(fakeBrowser().engine, { ...router, codecs })).toEqual([
      { state: 'joined', codecs: ['video/VP9'] },
    ]);
  });
});
