import {
  clientText,
  heldFields,
  mediaKind,
  peerId,
  remotePeerId,
  resumedFields,
  resumingFields,
  serverStats,
} from '../common/index.ts';
import * as s from '../common/schema/index.ts';
import { extensions } from './extensions.ts';
import { anyAppData, clientAppData, direction, numericId, statsInterval } from './fields.ts';
import { effectiveProfile, preferredProfile } from './profiles.ts';
import { kindOf, v2RtpCapabilities, v2RtpParameters, withKind } from './rtp.ts';
import { dtlsParameters, dtlsParametersIfAny } from './transport.ts';

// Data of the messages that two or more dialects of mediasoup 2 share, by whatever name.

/** Additive, in every request to join: extensions, and a session to resume. */
const joiningFields = {
  /** Additive: extensions that this client supports; to a client that announces none, servers send nothing additive. */
  extensions: s.optional(extensions),
  ...resumingFields(s.object(heldFields(numericId))),
};

/** joinRoom of the beta. */
export const joinRequest = s.object({ rtpCapabilities: v2RtpCapabilities, appData: clientAppData, ...joiningFields });

/** join of v2. */
export const namedJoinRequest = s.object({
  peerName: peerId,
  rtpCapabilities: v2RtpCapabilities,
  /** Other peers do not see a spy, which may not produce. */
  spy: s.withDefault(s.boolean(), false),
  appData: clientAppData,
  ...joiningFields,
});

/** join of the alpha. Additive: a client that knows the room may send its capabilities at once. */
export const bareJoinRequest = s.object({
  rtpCapabilities: s.optional(v2RtpCapabilities),
  appData: clientAppData,
  ...joiningFields,
});

/** leave, by any name. */
export const leaveNotification = s.object({ appData: clientAppData });

export const createTransportRequest = s.object({
  id: numericId,
  /** Additive in alpha and beta. Missing: derived from the presence of DTLS parameters, then from the order. */
  direction: s.optional(direction),
  options: s.withDefault(
    s.object({
      udp: s.optional(s.boolean()),
      tcp: s.optional(s.boolean()),
      preferIPv4: s.optional(s.boolean()),
      preferIPv6: s.optional(s.boolean()),
      preferUdp: s.optional(s.boolean()),
      preferTcp: s.optional(s.boolean()),
    }),
    () => ({}),
  ),
  dtlsParameters: s.undefinedOr(dtlsParametersIfAny),
  appData: clientAppData,
});

export const updateTransportNotification = s.object({ id: numericId, dtlsParameters });

/** The ID of an entity. */
export const idMessage = s.object({ id: numericId });
/** The ID of an entity of the sender, with appData. */
export const idWithAppData = s.object({ id: numericId, appData: clientAppData });

/** createProducer, createReceiver. */
export const createProducerRequest = withKind(
  s.object({
    id: numericId,
    kind: mediaKind,
    transportId: numericId,
    rtpParameters: v2RtpParameters,
    paused: s.withDefault(s.boolean(), false),
    appData: clientAppData,
  }),
);
/** createProducer, as it is read. */
export type CreateProducer = s.InferOutput<typeof createProducerRequest>;

export const updateProducerNotification = s.object({ id: numericId, rtpParameters: v2RtpParameters });

/** enableConsumer; `transportId` is additive in the beta, which has no profiles. */
export const enableConsumerRequest = s.object({
  id: numericId,
  transportId: s.optional(numericId),
  paused: s.withDefault(s.boolean(), false),
  preferredProfile: s.optional(preferredProfile),
});

/** setConsumerPreferredProfile. */
export const preferredProfileNotification = s.object({ id: numericId, profile: preferredProfile });

/** enableSender of the alpha, which also resumes the sender. */
export const enableSenderRequest = s.object({
  id: numericId,
  /** Whether the receiver supports retransmissions. Default true. */
  rtpSettings: s.withDefault(s.object({ useRtx: s.withDefault(s.boolean(), true) }), () => ({})),
});

export const enableStatsNotification = s.object({ id: numericId, interval: statsInterval });

/** Additive. */
export const textMessageRequest = s.object({ text: clientText });

const consumerFields = {
  id: numericId,
  /** The peer of the producer. */
  peerName: remotePeerId,
  kind: mediaKind,
  rtpParameters: s.withoutGrammar(v2RtpParameters),
  /** At its source. */
  paused: s.withDefault(s.boolean(), false),
  /** The producer's. */
  appData: anyAppData,
};

/** A consumer that the server created: newConsumer, newSender, and the consumers of a peer. */
export const consumer = withKind(s.object(consumerFields));
/** A consumer that the server created, as it is read. */
export type V2Consumer = s.InferOutput<typeof consumer>;

/** The same with the profiles that only v2 has. */
export const profiledConsumer = withKind(
  s.object({
    ...consumerFields,
    preferredProfile: s.withDefault(s.fallback(preferredProfile, 'default'), 'default'),
    /** Null: before the first packet. */
    effectiveProfile: s.withDefault(s.fallback(s.nullable(effectiveProfile), null), null),
  }),
);
/** A consumer with profiles, as it is read. */
export type V2ProfiledConsumer = s.InferOutput<typeof profiledConsumer>;

/**
 * A peer and the consumers of its producers: newPeer, and the peers of the response to join. `senders` of the alpha reads as
 * `consumers`. Omits consumers without a known kind; those without a `peerName` belong to this peer.
 */
/* @__NO_SIDE_EFFECTS__ */
function peerOf<Consumer extends s.AnySchema>(schema: Consumer) {
  return s.preprocess(
    s.object({
      name: remotePeerId,
      consumers: s.array(schema),
      appData: anyAppData,
      /** Additive: the dialect of the peer, e.g. `mediasoup-v2`. */
      dialect: s.optional(s.string()),
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
/** A peer: newPeer, and the peers of the response to join. */
export type V2Peer = s.InferOutput<typeof peer>;
export const profiledPeer = peerOf(profiledConsumer);
/** A peer whose consumers have profiles. */
export type V2ProfiledPeer = s.InferOutput<typeof profiledPeer>;

export const queryRoomResponse = s.object({
  rtpCapabilities: v2RtpCapabilities,
  /** Codecs that a client must support to join. No known server sends any. */
  mandatoryCodecPayloadTypes: s.withDefault(s.array(s.number()), () => []),
});
/** The response to queryRoom, as it is read. */
export type QueryRoomResponse = s.InferOutput<typeof queryRoomResponse>;

/** Additive, in every response to join. */
const joinedFields = {
  /** Additive: valid for one resume, whose response has the next token. */
  resumeToken: s.optional(s.string()),
  /** Additive: extensions that this server supports. */
  extensions: s.optional(extensions),
  /** Additive: the resumed entities, of those that the client named in `holds`. */
  resumed: s.optional(s.object(resumedFields(numericId))),
};

export const joinResponse = s.object({ peers: s.array(peer), ...joinedFields });
export const profiledJoinResponse = s.object({ peers: s.array(profiledPeer), ...joinedFields });
/** The response to join of the alpha, which has no queryRoom. */
export const bareJoinResponse = s.object({
  rtpCapabilities: v2RtpCapabilities,
  peers: s.array(peer),
  ...joinedFields,
});

/** The response to enableConsumer of v2. An empty response reads as one without fields. */
export const enableConsumerResponse: s.Schema<
  unknown,
  {
    /** Whether the source or the server has paused it; not the setting that the client requested. */
    paused?: boolean;
    preferredProfile: s.InferOutput<typeof preferredProfile>;
    /** Null: before the first packet. */
    effectiveProfile: s.InferOutput<typeof effectiveProfile> | null;
  }
> = s.pipe(
  s.unknown(),
  s.transform((answer) => answer ?? {}),
  s.object({
    paused: s.optional(s.boolean()),
    preferredProfile: s.withDefault(preferredProfile, 'default'),
    effectiveProfile: s.withDefault(effectiveProfile, null),
  }),
);

/** closed, roomClosed. `reason` is additive here and below; here it is one of `endReasons`, with a text for people. */
export const closedNotification = s.object({
  reason: s.optional(s.string()),
  detail: s.optional(s.string()),
  appData: anyAppData,
});
export const transportClosedNotification = s.object({
  id: numericId,
  reason: s.optional(s.string()),
  appData: anyAppData,
});

/** peerClosed, peerLeft. */
export const peerClosedNotification = s.object({
  name: remotePeerId,
  reason: s.optional(s.string()),
  appData: anyAppData,
});

/** The server paused, resumed or closed a producer of the receiver. The name is the receiver's. */
export const producerNotification = s.object({
  id: numericId,
  peerName: s.optional(remotePeerId),
  appData: anyAppData,
});

/** Of a consumer, identified by its ID alone: the name is a hint. */
export const consumerNotification = s.object({
  id: numericId,
  peerName: s.optional(remotePeerId),
  appData: anyAppData,
});
export const consumerClosedNotification = s.object({
  id: numericId,
  peerName: s.optional(remotePeerId),
  reason: s.optional(s.string()),
  appData: anyAppData,
});
export const consumerPreferredProfileNotification = s.object({
  id: numericId,
  peerName: s.optional(remotePeerId),
  profile: preferredProfile,
});
export const consumerEffectiveProfileNotification = s.object({
  id: numericId,
  peerName: s.optional(remotePeerId),
  profile: effectiveProfile,
});

/** Statistics of one entity. `peerName` with those of consumers. */
export const statsNotification = s.object({
  id: numericId,
  peerName: s.optional(remotePeerId),
  stats: serverStats,
});

/** Additive. `peerName` is the author's, set by the server. */
export const textMessageNotification = s.object({ peerName: remotePeerId, text: s.string() });
