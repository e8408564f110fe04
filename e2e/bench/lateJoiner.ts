import type { World } from '../fixtures/test.ts';
import type { AppName } from '../pages/first-frame/apps.ts';
import { earlyKeyFramesSince } from './earlyKeyFrames.ts';
import { FirstFramePeer, untilClick } from './FirstFramePeer.ts';
import { type Network, delayMs } from './Network.ts';
import { roundTripsToJoin, tripsToPicture } from './oneWayTrips.ts';
import type { Sample } from './Report.ts';
import type { ClientTraffic } from './Wire.ts';

export interface LateJoinerOptions {
  readonly world: World;
  readonly network: Network;
  readonly roomId: string;
  /** Traffic of the peer that sends the picture. */
  readonly sender: ClientTraffic;
  /** Number of pictures in the room; the last one counts. Default 1. */
  readonly pictures?: number;
  /** Whether the app prepares the join and the user clicks later. Default false. */
  readonly isPrepared?: boolean;
}

/** Events of a late joiner, in their usual order. */
export const joinerEvents: readonly (readonly [what: string, mark: string])[] = [
  ['socket open', 'socket open'],
  ['join sent', 'toServer request join #1'],
  ['join response', 'toClient response to join #1'],
  ['consumer offered', 'toClient request newConsumer #1'],
  ['transport connects', 'toServer request connectWebRtcTransport #1'],
  ['consumer accepted', 'toServer response to newConsumer #1'],
  ['track shown', 'track shown'],
  ['ICE connected', 'ICE connected'],
  ['DTLS connected', 'connection connected'],
];

/** Joins late on one of the apps, and measures from the start of connecting, or of the join if that is prepared. */
export async function joinLate(app: AppName, peerId: string, options: LateJoinerOptions): Promise<Sample> {
  const { world, network, roomId, sender, pictures = 1, isPrepared = false } = options;
  const peer = await FirstFramePeer.open(world, network, app);
  const before = network.earlyKeyFrames;
  const request = { serverUrl: network.serverUrl, roomId, peerId };
  if (isPrepared) {
    await peer.prepare(request);
    await untilClick();
  }
  const from = performance.now();
  await peer.join(request);
  await peer.sees(pictures);
  const { marks } = await peer.times();
  const receiver = peer.traffic;
  const earlyKeyFrames = earlyKeyFramesSince(before, network.earlyKeyFrames);
  await peer.leave();
  return {
    pictureMs: marks[`frame of picture #${pictures}`] ?? Number.NaN,
    marks,
    trips: tripsToPicture({ receiver, sender, delayMs, from, stream: -1 }).count,
    earlyKeyFrames,
    roundTripsToJoin: roundTripsToJoin(receiver.signaling, delayMs),
  };
}
