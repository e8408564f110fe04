import type { RtpCapabilities, RtpParameters } from '@tureen/protocol/common';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { describe, expect, it } from 'vitest';

import { FakeEngine } from '../media/fake/FakeEngine.ts';
import { mediaEngineContract } from './mediaEngineContract.ts';
import type { MediaEngineWorld } from './mediaEngineWorld.ts';

const video = (mimeType: string, preferredPayloadType: number): NonNullable<RtpCapabilities['codecs']> => [
  { kind: 'video', mimeType, preferredPayloadType, clockRate: 90_000 },
  {
    kind: 'video',
    mimeType: 'video/rtx',
    preferredPayloadType: preferredPayloadType + 1,
    clockRate: 90_000,
    parameters: { apt: preferredPayloadType },
  },
];
const routerRtpCapabilities: RtpCapabilities = {
  codecs: [
    { kind: 'audio', mimeType: 'audio/opus', preferredPayloadType: 100, clockRate: 48_000, channels: 2 },
    ...video('video/VP8', 101),
    ...video('video/AV1', 103),
  ],
  headerExtensions: [],
};

const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':');

/** Opens a server that accepts everything, and offers the tracks that it was sent. */
function openWorld(): MediaEngineWorld {
  const sent = new Map<string, { kind: 'audio' | 'video'; rtpParameters: RtpParameters }>();
  let next = 0;
  return {
    engine: new FakeEngine(),
    routerRtpCapabilities: async () => structuredClone(routerRtpCapabilities),
    createTransport: async (direction) => ({
      id: `${direction}-${next++}`,
      iceParameters: { usernameFragment: 'abcdefgh', password: 'abcdefghabcdefghabcdefgh', iceLite: true },
      iceCandidates: [],
      dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: fingerprint }] },
      sctpParameters: { port: 5000, maxSendMessageSize: 262_144, maxReceiveMessageSize: 262_144 },
    }),
    connect: async () => {},
    produce: async (_, { kind, rtpParameters }) => {
      const id = `producer-${next++}`;
      sent.set(id, { kind, rtpParameters });
      return id;
    },
    produceData: async () => `dataProducer-${next++}`,
    offerOf: async (producerId) => {
      const { kind, rtpParameters } = sent.get(producerId)!;
      return {
        id: `consumer-${next++}`,
        producerId,
        kind,
        rtpParameters: { ...rtpParameters, encodings: [{ ssrc: 1000 + next++ }] },
      };
    },
    dataOfferOf: async (dataProducerId) => ({
      id: `dataConsumer-${next++}`,
      dataProducerId,
      sctpStreamParameters: { streamId: 1, ordered: true },
      label: 'chat',
    }),
    track: async (kind) => new FakeMediaStreamTrack({ kind }),
    close: async () => {},
  };
}

describe('FakeEngine keeps the contract of media engines', () => {
  it.each(mediaEngineContract.map(({ title, run }) => [title, run] as const))('%s', async (_, run) => {
    expect(await run(openWorld())).toBeUndefined();
  });
});
