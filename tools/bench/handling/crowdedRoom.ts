import { ProtooTransport, Room, mediasoupV3 } from '@tureen/client';
import { FakeEngine } from '@tureen/client/testing';

import { withScriptedSocket } from './ScriptedSocket.ts';

const consumersPerPeer = 10;

/** IDs as long as those of a mediasoup server. */
const idOf = (kind: string, index: number) => `${kind}-${String(index).padStart(6, '0')}-8b1f-4c7e-9d2a-5e6f7a8b9c0d`;

const codec = { mimeType: 'video/VP8', clockRate: 90_000, parameters: {}, rtcpFeedback: [] };
const transport = (direction: string) => ({
  id: direction,
  iceParameters: { usernameFragment: 'u', password: 'p', iceLite: true },
  iceCandidates: [],
  dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: '00' }] },
});

/** Events in a room without joins and leaves. */
export type SteadyEvent =
  'consumerPaused' | 'consumerResumed' | 'consumerScore' | 'consumerLayersChanged' | 'activeSpeaker';

/** Room with many consumers, but without network and media, which would cost time. */
export interface CrowdedRoom {
  readonly room: Room;
  /** Frames that notify of a change of every consumer. */
  frames(round: number): string[];
  /** Handles one frame synchronously, from text to the listeners of the room. */
  readonly receive: (frame: string) => void;
  /** Number of events that listeners received. */
  emitted(): number;
  /** Average ms to add a consumer. */
  readonly msPerArrival: number;
}

export async function crowdedRoom(consumers: number): Promise<CrowdedRoom> {
  const peers = Array.from({ length: Math.ceil(consumers / consumersPerPeer) }, (_, index) => ({
    id: idOf('peer', index),
    displayName: `Peer ${String(index)}`,
    device: { flag: 'chrome', name: 'Chrome', version: '140' },
  }));
  const responses = {
    getRouterRtpCapabilities: {
      codecs: [{ ...codec, kind: 'video', preferredPayloadType: 101 }],
      headerExtensions: [],
    },
    createWebRtcTransport: transport('any'),
    join: { peers },
  };
  const { socket, result: room } = await withScriptedSocket(responses, async () => {
    const joining = new Room({
      roomId: 'crowd',
      peerId: 'me',
      dialect: mediasoupV3({ engine: new FakeEngine() }),
      transport: new ProtooTransport({ url: 'ws://nowhere.example' }),
    });
    await joining.join();
    return joining;
  });

  let emitted = 0;
  const events = [
    'consumerPaused',
    'consumerResumed',
    'consumerScore',
    'consumerLayersChanged',
    'activeSpeaker',
  ] as const satisfies SteadyEvent[];
  for (const event of events) room.on(event, () => emitted++);

  const startedAt = performance.now();
  let arrived = 0;
  const all = room.waitFor('newConsumer', { where: () => ++arrived === consumers });
  for (let index = 0; index < consumers; index++)
    socket.receive(JSON.stringify({ request: true, id: index, method: 'newConsumer', data: offer(index) }));
  await all;
  const msPerArrival = (performance.now() - startedAt) / consumers;

  return {
    room,
    msPerArrival,
    emitted: () => emitted,
    frames: (round) => Array.from({ length: consumers }, (_, index) => notificationsOf(index, round)).flat(),
    receive: (frame) => {
      socket.receive(frame);
    },
  };
}

function offer(index: number): object {
  return {
    id: idOf('consumer', index),
    peerId: idOf('peer', Math.floor(index / consumersPerPeer)),
    producerId: idOf('producer', index),
    kind: 'video',
    rtpParameters: { codecs: [{ ...codec, payloadType: 101 }], headerExtensions: [], encodings: [{ ssrc: index + 1 }] },
    type: 'simulcast',
    appData: { source: 'camera' },
    producerPaused: false,
  };
}

/** Pauses and resumes a consumer, changes its score and layers, and changes the active speaker. */
function notificationsOf(index: number, round: number): string[] {
  const consumerId = idOf('consumer', index);
  const score = 5 + (round % 5);
  const notifications: [SteadyEvent, object][] = [
    ['consumerPaused', { consumerId }],
    ['consumerResumed', { consumerId }],
    ['consumerScore', { consumerId, score: { score, producerScore: score, producerScores: [score, score, score] } }],
    ['consumerLayersChanged', { consumerId, spatialLayer: round % 3, temporalLayer: (round + 1) % 3 }],
  ];
  if (index % consumersPerPeer === 0)
    notifications.push([
      'activeSpeaker',
      { peerId: idOf('peer', index / consumersPerPeer), volume: -30 - (round % 50) },
    ]);
  return notifications.map(([method, data]) => JSON.stringify({ notification: true, method, data }));
}
