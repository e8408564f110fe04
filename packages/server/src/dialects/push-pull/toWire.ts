import type { AppData, MediaKind, Written } from '@tureen/protocol/common';
import { toRtpParam } from '@tureen/protocol/push-pull';
import type { Extension, JoinResponse, Pusher, RtpParam, User } from '@tureen/protocol/push-pull';
import type { Peer } from '../../rooms/Peer.ts';
import type { Producer } from '../../rooms/Producer.ts';
import { isRtcPilotCodec } from './rtcPilotCodecs.ts';
import { cleanParameters } from './sdp/cleanParameters.ts';

/** Receivers of a message. */
export interface Audience {
  /** Extensions of RTCPilot that both ends support. */
  readonly extensions: ReadonlySet<Extension>;
  /** Whether the receiver is a client of RTCPilot, which supports only opus and H264. */
  readonly isRtcPilot: boolean;
}

/** Writes a peer of any dialect as a user. */
export function toUser(peer: Peer, audience: Audience): Written<User> {
  const { id, displayName, dialect, appData } = peer;
  const pushers = toPushers(peer, audience);
  const { extensions } = audience;
  const user = { userId: id, userName: displayName, pushers };
  return extensions.has('userAppData') ? { ...user, dialect, appData: toAppDataObject(appData) } : user;
}

/** Lists the media of a user that resumes. */
export function toResumed({ sending, receiving }: Peer): NonNullable<Written<JoinResponse>['resumed']> {
  return {
    producers: [...sending.producers.values()].map(({ id, paused }) => ({ id, paused })),
    consumers: [...receiving.consumers.values()].map(({ producer: { id, paused: producerPaused }, paused }) => {
      return { id, paused, producerPaused };
    }),
  };
}

/** Lists the producers of a peer that the audience supports, audio first. */
export function toPushers({ sending }: Peer, audience: Audience): Written<Pusher>[] {
  const rank: Record<MediaKind, number> = { audio: 0, video: 1 };
  return [...sending.producers.values()]
    .filter((producer) => isAnnounced(producer, audience))
    .sort((one, other) => rank[one.kind] - rank[other.kind])
    .map((producer) => toPusher(producer, audience));
}

/** Returns whether a producer is announced to this audience: clients of RTCPilot fail on an unknown codec. */
export function isAnnounced({ consumableRtpParameters: { codecs } }: Producer, { isRtcPilot }: Audience): boolean {
  return !isRtcPilot || codecs.some(({ mimeType }) => isRtcPilotCodec(mimeType));
}

export function toPusher(producer: Producer, { extensions }: Audience): Written<Pusher> {
  const pusher = { pusherId: producer.id, rtpParam: rtpParamOf(producer) };
  if (!extensions.has('pushDetails')) return pusher;
  const appData = toAppDataObject(producer.appData);
  const source = appData?.source;
  return {
    ...pusher,
    ...(typeof source === 'string' ? { source } : {}),
    ...(appData === undefined ? {} : { appData }),
    paused: producer.paused,
  };
}

/** Returns the parameters with which the producer is sent to users that pull it. SSRCs are informative. */
function rtpParamOf({ kind, consumableRtpParameters }: Producer): RtpParam {
  const { codecs, ...parameters } = consumableRtpParameters;
  const clean = codecs.map((codec) => ({ ...codec, parameters: cleanParameters(codec.parameters) }));
  return toRtpParam(kind, { ...parameters, codecs: clean });
}

/** Other dialects allow any JSON as appData. Here appData is a plain object, so any other value goes under `value`. */
function toAppDataObject(appData: unknown): AppData | undefined {
  if (appData === undefined) return undefined;
  const isObject = typeof appData === 'object' && appData !== null && !Array.isArray(appData);
  return isObject ? (appData as AppData) : { value: appData };
}
