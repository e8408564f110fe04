import {
  clientText,
  heldFields,
  maybe,
  mediaKind,
  peerId,
  prepared,
  remotePeerId,
  resumedFields,
  resumingFields,
  shape,
} from '../common/index.ts';
import * as v from '../common/kinds.ts';
import { extensions } from './extensions.ts';
import { anyAppData, clientAppData, direction, numericId, statsInterval } from './fields.ts';
import { effectiveProfile, preferredProfile } from './profiles.ts';
import { kindOf, v2RtpCapabilities, v2RtpParameters, withKind } from './rtp.ts';
import { dtlsParameters, dtlsParametersIfAny } from './transport.ts';

/** Data of the messages that two or more dialects of the family share, whatever they call them. */

/** Additive, in every request to join: what this client understands beyond the dialect, and its way back. */
const joiningFields = {
  /** Additive: what this client understands; to one that says nothing, nothing additive is sent. */
  extensions: maybe(extensions),
  ...resumingFields(shape(heldFields(numericId))),
};

/** joinRoom of the beta. */
export const joinRequest = shape({ rtpCapabilities: v2RtpCapabilities, appData: clientAppData, ...joiningFields });

/** join of v2. */
export const namedJoinRequest = shape({
  peerName: peerId,
  rtpCapabilities: v2RtpCapabilities,
  /** Is not announced, and may not produce. */
  spy: v.nullish(v.boolean(), false),
  appData: clientAppData,
  ...joiningFields,
});

/** join of the alpha; who has met the room before may say at once what it can receive, which is additive. */
export const bareJoinRequest = shape({
  rtpCapabilities: maybe(v2RtpCapabilities),
  appData: clientAppData,
  ...joiningFields,
});

/** leave, however it is called. */
export const leaveNotification = shape({ appData: clientAppData });

export const createTransportRequest = shape({
  id: numericId,
  /** Additive in alpha and beta. Missing: told by whether DTLS parameters came along, then by order. */
  direction: maybe(direction),
  options: v.nullish(
    shape({
      udp: maybe(v.boolean()),
      tcp: maybe(v.boolean()),
      preferIPv4: maybe(v.boolean()),
      preferIPv6: maybe(v.boolean()),
      preferUdp: maybe(v.boolean()),
      preferTcp: maybe(v.boolean()),
    }),
    () => ({}),
  ),
  dtlsParameters: v.optional(dtlsParametersIfAny),
  appData: clientAppData,
});

export const updateTransportNotification = shape({ id: numericId, dtlsParameters });

/** Names one entity, and nothing else. */
export const idMessage = shape({ id: numericId });
/** Names one entity of the sender's. */
export const idWithAppData = shape({ id: numericId, appData: clientAppData });

/** createProducer, createReceiver. */
export const createProducerRequest = withKind(
  shape({
    id: numericId,
    kind: mediaKind,
    transportId: numericId,
    rtpParameters: v2RtpParameters,
    paused: v.nullish(v.boolean(), false),
    appData: clientAppData,
  }),
);
/** createProducer, read. */
export type CreateProducer = v.InferOutput<typeof createProducerRequest>;

export const updateProducerNotification = shape({ id: numericId, rtpParameters: v2RtpParameters });

/** enableConsumer; `transportId` is additive in the beta, which has no profiles. */
export const enableConsumerRequest = shape({
  id: numericId,
  transportId: maybe(numericId),
  paused: v.nullish(v.boolean(), false),
  preferredProfile: maybe(preferredProfile),
});

/** setConsumerPreferredProfile. */
export const preferredProfileNotification = shape({ id: numericId, profile: preferredProfile });

/** enableSender of the alpha, which starts it at once. */
export const enableSenderRequest = shape({
  id: numericId,
  /** Whether retransmissions can be used; missing: they can. */
  rtpSettings: v.nullish(shape({ useRtx: v.nullish(v.boolean(), true) }), () => ({})),
});

export const enableStatsNotification = shape({ id: numericId, interval: statsInterval });

/** Additive. */
export const textMessageRequest = shape({ text: clientText });

const consumerFields = {
  id: numericId,
  /** Of whom it consumes. */
  peerName: remotePeerId,
  kind: mediaKind,
  rtpParameters: v.loosely(v2RtpParameters),
  /** At its source. */
  paused: v.nullish(v.boolean(), false),
  /** The producer's. */
  appData: anyAppData,
};

/** A consumer that the server has made: newConsumer, newSender, and the entries in the list of a peer. */
export const consumer = withKind(shape(consumerFields));
/** A consumer that the server has made, read. */
export type V2Consumer = v.InferOutput<typeof consumer>;

/** The same with the profiles that only v2 has. */
export const profiledConsumer = withKind(
  shape({
    ...consumerFields,
    preferredProfile: v.nullish(v.fallback(preferredProfile, 'default'), 'default'),
    /** Null: before the first packet. */
    effectiveProfile: v.nullish(v.fallback(v.nullable(effectiveProfile), null), null),
  }),
);
/** A consumer with profiles, read. */
export type V2ProfiledConsumer = v.InferOutput<typeof profiledConsumer>;

/**
 * A peer and what is consumed of it: newPeer, and the entries of the answer to join. `senders` of the alpha reads as
 * `consumers`. Consumers of a kind that nothing tells are left out; those that do not say whose they are, are this
 * peer's.
 */
/* @__NO_SIDE_EFFECTS__ */
function peerOf<Consumer extends v.GenericSchema>(schema: Consumer) {
  return prepared(
    shape({
      name: remotePeerId,
      consumers: v.array(schema),
      appData: anyAppData,
      /** Additive: which dialect the peer speaks, e.g. `mediasoup-v2`. */
      dialect: maybe(v.string()),
    }),
    ({ senders, ...fields }) => {
      const given = fields.consumers ?? senders ?? [];
      if (!Array.isArray(given)) return { ...fields, consumers: given };
      const consumers = given
        .filter((entry: unknown) => typeof entry !== 'object' || entry === null || kindOf({ ...entry }) !== undefined)
        .map((entry: unknown) =>
          typeof entry === 'object' && entry !== null ? { peerName: fields.name, ...withoutNull(entry) } : entry,
        );
      return { ...fields, consumers };
    },
  );
}

/** `peerName: null` is no name. */
function withoutNull({ peerName, ...entry }: { readonly peerName?: unknown }) {
  return (peerName ?? undefined) === undefined ? entry : { ...entry, peerName };
}

export const peer = peerOf(consumer);
/** A peer, as newPeer and the answer to join describe it. */
export type V2Peer = v.InferOutput<typeof peer>;
export const profiledPeer = peerOf(profiledConsumer);
/** A peer whose consumers have profiles. */
export type V2ProfiledPeer = v.InferOutput<typeof profiledPeer>;

export const queryRoomResponse = shape({
  rtpCapabilities: v2RtpCapabilities,
  /** Codecs without which one may not join; no server was ever seen to name one. */
  mandatoryCodecPayloadTypes: v.nullish(v.array(v.number()), () => []),
});
/** The answer to queryRoom, read. */
export type QueryRoomResponse = v.InferOutput<typeof queryRoomResponse>;

/** Additive, in every answer to join. */
const joinedFields = {
  /** Additive: good for one resume; the answer to that brings the next. */
  resumeToken: maybe(v.string()),
  /** Additive: what this server speaks beyond the dialect. */
  extensions: maybe(extensions),
  /** Additive: what lives on of what a resuming client said it holds. */
  resumed: maybe(shape(resumedFields(numericId))),
};

export const joinResponse = shape({ peers: v.array(peer), ...joinedFields });
export const profiledJoinResponse = shape({ peers: v.array(profiledPeer), ...joinedFields });
/** The single step of the alpha brings what queryRoom brings elsewhere. */
export const bareJoinResponse = shape({
  rtpCapabilities: v2RtpCapabilities,
  peers: v.array(peer),
  ...joinedFields,
});

/** v2's answer to enableConsumer. Nothing at all is read as one that says nothing. */
export const enableConsumerResponse: v.GenericSchema<
  unknown,
  {
    /** The truth of the moment, at the source or by the server; not what the client asked for. */
    paused?: boolean;
    preferredProfile: v.InferOutput<typeof preferredProfile>;
    /** Null: before the first packet. */
    effectiveProfile: v.InferOutput<typeof effectiveProfile> | null;
  }
> = v.pipe(
  v.unknown(),
  v.transform((answer) => answer ?? {}),
  shape({
    paused: maybe(v.boolean()),
    preferredProfile: v.nullish(preferredProfile, 'default'),
    effectiveProfile: v.nullish(effectiveProfile, null),
  }),
);

/** closed, roomClosed. `reason` is additive here and below; here it is one of `endReasons`, with a text for people. */
export const closedNotification = shape({
  reason: maybe(v.string()),
  detail: maybe(v.string()),
  appData: anyAppData,
});
export const transportClosedNotification = shape({ id: numericId, reason: maybe(v.string()), appData: anyAppData });

/** peerClosed, peerLeft. */
export const peerClosedNotification = shape({ name: remotePeerId, reason: maybe(v.string()), appData: anyAppData });

/** Of a producer of the receiver's own: paused, resumed or closed by the server. The name is the receiver's. */
export const producerNotification = shape({ id: numericId, peerName: maybe(remotePeerId), appData: anyAppData });

/** Of a consumer, which its id alone tells: the name is a hint. */
export const consumerNotification = shape({ id: numericId, peerName: maybe(remotePeerId), appData: anyAppData });
export const consumerClosedNotification = shape({
  id: numericId,
  peerName: maybe(remotePeerId),
  reason: maybe(v.string()),
  appData: anyAppData,
});
export const consumerPreferredProfileNotification = shape({
  id: numericId,
  peerName: maybe(remotePeerId),
  profile: preferredProfile,
});
export const consumerEffectiveProfileNotification = shape({
  id: numericId,
  peerName: maybe(remotePeerId),
  profile: effectiveProfile,
});

/** The worker's own objects, each with at least `type` and `timestamp` (ms). `peerName` with those of consumers. */
export const statsNotification = shape({
  id: numericId,
  peerName: maybe(remotePeerId),
  stats: v.array(v.looseObject({})),
});

/** Additive. `peerName` is the author's, set by the server. */
export const textMessageNotification = shape({ peerName: remotePeerId, text: v.string() });
