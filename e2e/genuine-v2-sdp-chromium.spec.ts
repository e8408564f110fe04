import type { ProduceOptions } from '@tureen/client';
import { expect, joining, receivedOf, test } from './fixtures/genuineV2.ts';
import type { PeerHandle } from './fixtures/test.ts';

/*
 * Everything is genuine except the packets. This browser produces, and the objects of mediasoup 2.6.19 relay the parameters. mediasoup-client
 * 2.4.11 writes SDP, which a browser accepts or refuses. A refused section stays in the description of the connection, so it affects
 * all later steps.
 */
const simulcast = [
  { scaleResolutionDownBy: 4, maxBitrate: 150_000, scalabilityMode: 'L1T3' },
  { scaleResolutionDownBy: 2, maxBitrate: 500_000, scalabilityMode: 'L1T3' },
  { scaleResolutionDownBy: 1, maxBitrate: 1_500_000, scalabilityMode: 'L1T3' },
];
const videos = ['video/VP8', 'video/VP9', 'video/H264'].flatMap((codec): [string, ProduceOptions][] => [
  [`${codec} by default`, { codec }],
  [`${codec} in one stream`, { codec, encodings: [{ maxBitrate: 500_000 }] }],
  // Tureen's client sends VP9 in one stream only.
  ...(codec === 'video/VP9'
    ? []
    : ([
        [`${codec} in two streams`, { codec, encodings: simulcast.slice(1) }],
        [`${codec} in three streams`, { codec, encodings: simulcast }],
      ] satisfies [string, ProduceOptions][])),
]);
const choices: Readonly<Record<string, ProduceOptions>> = {
  ...Object.fromEntries(videos),
  'video/VP9 in layers': { codec: 'video/VP9', encodings: [{ scalabilityMode: 'L3T3_KEY' }] },
  'video that starts paused': { encodings: simulcast, paused: true },
  'audio by default': {},
  'audio with all settings': {
    codecOptions: { opusStereo: true, opusFec: true, opusDtx: true, opusNack: true, opusPtime: 20 },
  },
  'audio in one stream': { encodings: [{ maxBitrate: 32_000, dtx: true }] },
};

const produce = (peer: PeerHandle, source: string, options: ProduceOptions) =>
  peer.page.evaluate(
    async ([name, how]) => {
      const track = name.startsWith('audio')
        ? (await navigator.mediaDevices.getUserMedia({ audio: true })).getAudioTracks()[0]!
        : document.createElement('canvas').captureStream(5).getVideoTracks()[0]!;
      await window.peer.room.produce(track, { ...how, source: name, ownership: 'owned' });
    },
    [source, options] as const,
  );

/** Waits until the genuine client has a track of each source. All must have the same CNAME, which must be in the SDP. */
async function expectReceived(genuine: PeerHandle, peerId: string, sources: readonly string[]): Promise<string> {
  await expect
    .poll(
      async () => (await receivedOf(genuine, peerId)).filter(({ hasTrack }) => hasTrack).map(({ source }) => source),
      {
        message: `what ${genuine.peerId} receives of ${peerId}`,
        timeout: 15_000,
      },
    )
    .toEqual(expect.arrayContaining([...sources]));
  const received = (await receivedOf(genuine, peerId)).filter(({ source }) => sources.includes(source));
  const cnames = new Set(received.map(({ cname }) => cname));
  expect([...cnames], `${peerId} has one CNAME`).toEqual([expect.stringMatching(/^[\x21-\x7e]{16,255}$/)]);
  for (const { source, lines, cname = '' } of received) {
    expect(lines.length, source).toBeGreaterThan(0);
    expect(new Set(lines), `the SDP for ${source}`).toEqual(new Set([`cname:${cname}`]));
  }
  return [...cnames][0]!;
}

test('mediasoup-client 2.4.11 writes valid SDP for everything that Tureen’s client sends', async ({
  world,
  genuineUrl,
}) => {
  const join = joining(world, genuineUrl);
  const old = await join.genuine('old');
  const tureen = await join.tureen('tureen');

  await test.step('camera, microphone and screen with the defaults, simulcast first', async () => {
    await tureen.page.evaluate(async () => {
      const { room } = window.peer;
      await room.enableCamera();
      await room.enableScreenShare({ audio: true });
      await room.enableMicrophone();
    });
    await expectReceived(old, 'tureen', ['camera', 'screen', 'screenAudio', 'microphone']);
  });

  await test.step('every codec, with and without simulcast or layers', async () => {
    for (const [source, options] of Object.entries(choices)) await produce(tureen, source, options);
    await expectReceived(old, 'tureen', ['camera', 'screen', 'microphone', ...Object.keys(choices)]);
  });

  await test.step('Tureen’s client refuses what mediasoup 2 cannot forward, without affecting other producers', async () => {
    await expect(produce(tureen, 'video/VP9', { codec: 'video/VP9', encodings: simulcast })).rejects.toThrow(
      /video\/VP9 has no simulcast/,
    );
    await expect(produce(tureen, 'video/AV1', { codec: 'video/AV1' })).rejects.toThrow(/video\/AV1 cannot be sent/);
  });

  const late = await join.genuine('late');
  await test.step('a late joiner receives everything, and the genuine clients receive each other', async () => {
    await expectReceived(late, 'tureen', ['camera', 'screen', 'microphone', ...Object.keys(choices)]);
    await late.publish('camera');
    await late.publish('microphone');
    await expectReceived(old, 'late', ['camera', 'microphone']);
  });

  await test.step('the camera is closed and started again', async () => {
    await tureen.page.evaluate(async () => {
      const { room } = window.peer;
      await window.peer.producer('camera').close();
      await room.enableCamera({ codec: 'video/VP9' });
    });
    for (const genuine of [old, late]) await expectReceived(genuine, 'tureen', ['camera']);
  });

  await test.step('a second client joins after the first has left', async () => {
    const before = await expectReceived(old, 'tureen', ['camera']);
    await tureen.page.evaluate(() => window.peer.room.leave());
    await old.publish('camera');
    await expectReceived(late, 'old', ['camera']);
    const second = await join.tureen('second');
    // The microphone first: it determines the CNAME, which the camera must have too.
    await second.page.evaluate(async () => {
      await window.peer.room.enableMicrophone();
      await window.peer.room.enableCamera();
    });
    for (const genuine of [old, late])
      expect(await expectReceived(genuine, 'second', ['camera', 'microphone'])).not.toBe(before);
  });
});
