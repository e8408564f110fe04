import type { Direction } from '../relays/TcpRelay.ts';
import type { ClientTraffic, Crossing } from './Wire.ts';

/** Time in ms within which a cause and its effect at the server count as simultaneous. */
const slackMs = 5;

/** Number of changes of direction: messages in the same direction travel at once. */
function trips(crossings: readonly Crossing[]): number {
  return crossings.filter(({ direction }, index) => direction !== crossings[index - 1]?.direction).length;
}

/**
 * Number of trips after which the client has received what it has at a time. A message that the client received followed from what
 * it had sent a round trip before, at the latest.
 */
function tripsUntil(signaling: readonly Crossing[], time: number, delayMs: number): number {
  const counts: number[] = [];
  const longest = (direction: Direction, end: number) =>
    Math.max(
      0,
      ...signaling.flatMap((one, index) => (one.direction === direction && one.at <= end ? (counts[index] ?? 0) : 0)),
    );
  for (const { direction, at } of signaling)
    counts.push(
      1 + (direction === 'toServer' ? longest('toClient', at) : longest('toServer', at - 2 * delayMs + slackMs)),
    );
  return longest('toClient', time);
}

interface Path {
  readonly count: number;
  /** Time at which the client sent the last message of the path. */
  readonly at: number;
}

/** Path through ICE to the last flight of the handshake that passes `isLast`. Null where the transport was connected before. */
function pathOfHandshake(
  { signaling, media, delayMs }: { signaling: readonly Crossing[]; media: readonly Crossing[]; delayMs: number },
  isLast: (one: Crossing) => boolean,
): Path | null {
  const stun = media.find(({ kind, direction }) => kind === 'stun' && direction === 'toServer');
  const flights = media.filter(({ kind }) => kind === 'dtls');
  const last = flights.findLastIndex(isLast);
  const end = flights[last];
  if (stun === undefined || end === undefined) return null;
  // One round trip of ICE. Later checks confirm the first.
  return { count: tripsUntil(signaling, stun.at, delayMs) + 2 + trips(flights.slice(0, last + 1)), at: end.at };
}

const since = (crossings: readonly Crossing[], from: number) => crossings.filter(({ at }) => at >= from);
const until = (crossings: readonly Crossing[], end: number) => crossings.filter(({ at }) => at <= end);

/** Trips from one message to another, each of which waits for the one before. */
export interface CountedTrips {
  readonly count: number;
  /** Whether the picture waited for a key frame that the server requested. */
  readonly isRequested: boolean;
}

export interface PictureRequest {
  readonly receiver: ClientTraffic;
  /** Key frame requests that the sender received. */
  readonly sender: ClientTraffic;
  readonly delayMs: number;
  /** Time in ms at which the count starts. Default: the start of the connection. */
  readonly from?: number;
  /** Index of the stream, in the order of their first packets; negative from the end. Default 0. */
  readonly stream?: number;
}

/**
 * Counts the trips until the first packet of a picture that a late joiner receives. The server sends the picture once DTLS is connected and
 * the client has accepted the consumer. Unless the key frame was requested ahead, two more trips follow, to the sender and back.
 */
export function tripsToPicture(request: PictureRequest): CountedTrips {
  const { receiver, sender, delayMs, from = 0, stream = 0 } = request;
  const recv = since(receiver.recv, from);
  const rtp = recv.filter(({ kind, direction }) => kind === 'rtp' && direction === 'toClient').at(stream);
  if (rtp === undefined) throw new Error('no packet of the picture');
  const signaling = until(since(receiver.signaling, from), rtp.at);
  const media = until(recv, rtp.at);
  const handshake = pathOfHandshake({ signaling, media, delayMs }, ({ direction }) => direction === 'toServer');
  const accepted = signaling.findLast(({ name }) => name.startsWith('toServer response to newConsumer'));
  const acceptance = accepted && { count: tripsUntil(signaling, accepted.at, delayMs) + 1, at: accepted.at };
  const causes = [handshake, acceptance].filter((cause) => cause != null);
  if (causes.length === 0) throw new Error('no cause of the picture');
  const cause = causes.reduce((later, one) => (one.at > later.at ? one : later));
  const isRequested = sender.send.some(
    ({ kind, at }) =>
      kind === 'keyFrameRequest' && at - delayMs >= cause.at + delayMs - slackMs && at + delayMs <= rtp.at - delayMs,
  );
  return { count: cause.count + (isRequested ? 2 : 0) + 1, isRequested };
}

export interface CameraRequest {
  readonly sender: ClientTraffic;
  readonly receiver: ClientTraffic;
  readonly delayMs: number;
  /** Time in ms of the click. */
  readonly from: number;
}

/** Counts the trips from the click on the camera until the first packet of the picture at another peer. */
export function tripsOfCamera({ sender, receiver, delayMs, from }: CameraRequest): CountedTrips {
  const signaling = since(sender.signaling, from);
  const offered = since(receiver.signaling, from).find(({ name }) => name.startsWith('toClient request newConsumer'));
  const produce = signaling.find(({ name }) => name.startsWith('toServer request produce #'));
  if (offered === undefined || produce === undefined) throw new Error('nothing was published');
  const picture = tripsToPicture({ receiver, sender, delayMs, from: offered.at });
  if (picture.isRequested) return { ...picture, count: tripsUntil(signaling, produce.at, delayMs) + 1 + picture.count };
  const all = since(sender.send, from);
  const rtp = all.find(({ kind, direction }) => kind === 'rtp' && direction === 'toServer');
  const media = until(all, rtp?.at ?? Infinity);
  const connected = pathOfHandshake({ signaling, media, delayMs }, () => true);
  // The app may connect while the browser captures.
  const isWaiting = connected !== null && connected.at >= produce.at;
  return { count: (isWaiting ? connected.count : 0) + 2, isRequested: false };
}

/** Round trips in sequence until the response to `join`, after the socket has opened. */
export function roundTripsToJoin(signaling: readonly Crossing[], delayMs: number): number {
  const join = signaling.find(({ name }) => name.startsWith('toServer request join'));
  if (join === undefined) throw new Error('no join');
  return tripsUntil(signaling, join.at, delayMs) / 2;
}
