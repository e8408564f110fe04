import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { vi } from 'vitest';
import { Epoch, ManualClock } from '@tureen/kernel';
import { PlaybackGate } from '../playback/PlaybackGate.ts';
import type { DialectSession } from '../room/DialectPort.ts';
import type { ConsumerOffer } from '../room/entityInfo.ts';
import type { RoomContext } from '../room/RoomContext.ts';
import { RefusedOffers } from '../room/remote/RefusedOffers.ts';
import { RequestReplay } from '../room/session/RequestReplay.ts';
import { silentLogger } from '../shared/logger.ts';
import { rtpParametersOf } from '@tureen/testkit/scripted/ScriptedServer';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Creates a `RoomContext` without a room. Records the events of the room, and has no session until a test sets one. */
export function entityContext() {
  const announced: string[] = [];
  const context: Mutable<RoomContext> = {
    session: null,
    epoch: new Epoch(),
    capabilities: {
      dataChannels: true,
      text: true,
      displayName: true,
      layers: 'layers',
      priority: true,
      keyFrameRequest: true,
      scores: true,
      serverStats: true,
      remotePause: true,
      closeConsumer: true,
      recovery: { iceRestart: true, rebuildSend: true, rebuildRecv: true },
    },
    dialectName: 'test',
    clock: new ManualClock(),
    logger: silentLogger,
    playback: new PlaybackGate({ logger: silentLogger }),
    announce: (event) => announced.push(event),
    drop: vi.fn(),
    rejoin: vi.fn(),
    requestReplay: new RequestReplay(),
    refusedOffers: new RefusedOffers(),
    invalidate: vi.fn(),
    reportListenerError: vi.fn(),
  };
  return { context, announced };
}

/** Returns a dialect session that has only the given methods. */
export const sessionWith = (methods: Partial<DialectSession>): DialectSession => methods as DialectSession;

export const consumerOffer = (offer: Partial<ConsumerOffer> = {}): ConsumerOffer => ({
  id: 'c1',
  producerId: 'p1',
  peerId: 'bob',
  kind: 'video',
  rtpParameters: rtpParametersOf('video'),
  source: 'camera',
  type: 'simple',
  remotePaused: false,
  appData: {},
  supported: true,
  ...offer,
});

/** Creates a consumer of the engine, without media. */
export function consumerMedia(id: string) {
  const track: MediaStreamTrack = new FakeMediaStreamTrack({ kind: 'video' });
  return {
    id,
    kind: 'video' as const,
    closed: false,
    track,
    rtpReceiver: undefined,
    isPaused: false,
    pause() {
      this.isPaused = true;
    },
    resume() {
      this.isPaused = false;
    },
    getStats: async () => new Map() as unknown as RTCStatsReport,
    close() {
      this.closed = true;
    },
  };
}
