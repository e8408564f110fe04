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

// Data of the messages that two or more mediasoup 2 dialects share, under any name.

/** Additive in every join request: extensions, and a session to resume. */
const joiningFields = {
  /** Additive: extensions that this client supports. Servers send nothing additive to a client that announces none. */
  extensions: s.optional(extensions),
  ...resumingFields(s.object(heldFields(numericId))),
};

/** joinRoom of the beta. */
export const joinRequest = s.object({ rtpCapabilities: v2RtpCapabilities, appData: clientAppData, ...joiningFields });

/** join of v2. */
export const namedJoinRequest = s.object({
  peerName: peerId,
  rtpCapabilities: v2RtpCapabilities,
  /** Whether the peer is hidden from other peers. A spy may not produce. */
  spy: s.withDefault(s.boolean(), false),
  appData: clientAppData,
  ...joiningFields,
});

/** join of the alpha. Additive: a client that knows the room may send its capabilities immediately. */
export const bareJoinRequest = s.object({
  rtpCapabilities: s.optional(v2RtpCapabilities),
  appData: clientAppData,
  ...joiningFields,
});

/** leave, under any name. */
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

/** ID of an entity. */
export const idMessage = s.object({ id: numericId });
/** ID of an entity of the sender, with appData. */
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
/** createProducer, after reading. */
export type CreateProducer = s.InferOutput<typeof createProducerRequest>;

export const updateProducerNotification = s.object({ id: numericId, rtpParameters: v2RtpParameters });

/** enableConsumer. `transportId` is additive in the beta, which has no profiles. */
export const enableConsumerRequest = s.object({
  id: numericId,
  transportId: s.optional(numericId),
  paused: s.withDefault(s.boolean(), false),
  preferredProfile: s.optional(preferredProfile),
});

/** setConsumerPreferredProfile. */
export const preferredProfileNotification = s.object({ id: numericId, profile: preferredProfile });

/** enableSender of the alpha. Also resumes the sender. */
export const enableSenderRequest = s.object({
  id: numericId,
  /** Whether the receiver supports retransmissions. Default true. */
  rtpSettings: s.withDefault(s.object({ useRtx: s.withDefault(s.boolean(), true) }), () => ({})),
});

export const enableStatsNotification = s.object({ id: numericId, interval: statsInterval });

/** Additive: a text to all peers. */
export const textMessageRequest = s.object({ text: clientText });

const consumerFields = {
  id: numericId,
  /** Peer that owns the producer. */
  peerName: remotePeerId,
  kind: mediaKind,
  rtpParameters: s.withoutGrammar(v2RtpParameters),
  /** Whether the sender or the server has paused the producer. */
  paused: s.withDefault(s.boolean(), false),
  /** appData of the producer. */
  appData: anyAppData,
};

/** Consumer that the server created: newConsumer, newSender, and the consumers of a peer. */
export const consumer = withKind(s.object(consumerFields));
/** Consumer that the server created, after reading. */
export type V2Consumer = s.InferOutput<typeof consumer>;

/** {@link consumer} with profiles, which only v2 has. */
export const profiledConsumer = withKind(
  s.object({
    ...consumerFields,
    preferredProfile: s.withDefault(s.fallback(preferredProfile, 'default'), 'default'),
    /** Null before the first packet. */
    effectiveProfile: s.withDefault(s.fallback(s.nullable(effectiveProfile), null), null),
  }),
);
/** A consumer with profiles, after reading. */
export type V2ProfiledConsumer = s.InferOutput<typeof profiledConsumer>;

/**
 * Peer and the consumers of its producers: newPeer, and the peers of the join response. `senders` of the alpha reads as `consumers`. Omits
 * consumers without a known kind. Consumers without a `peerName` belong to this peer.
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

/** Drops `peerName: null`, which means no name. */
function withoutNull({ peerName, ...entry }: { readonly peerName?: unknown }) {
  return (peerName ?? undefined) === undefined ? entry : { ...entry, peerName };
}

export const peer = peerOf(consumer);
/** Peer: newPeer, and the peers of the join response. */
export type V2Peer = s.InferOutput<typeof peer>;
export const profiledPeer = peerOf(profiledConsumer);
/** Peer whose consumers have profiles. */
export type V2ProfiledPeer = s.InferOutput<typeof profiledPeer>;

/**
 * Additive: also the data of the notification welcome, sent as the connection opens to a client that has `WELCOME_PARAM` in its URL. It
 * answers queryRoom in advance.
 */
export const queryRoomResponse = s.object({
  rtpCapabilities: v2RtpCapabilities,
  /** Codecs that a client must support to join. No known server sends any. */
  mandatoryCodecPayloadTypes: s.withDefault(s.array(s.number()), () => []),
});
/** The response to queryRoom, after reading. */
export type QueryRoomResponse = s.InferOutput<typeof queryRoomResponse>;

/** Additive in every join response. */
const joinedFields = {
  /** Additive: token for one resume. The response to that resume has the next token. */
  resumeToken: s.optional(s.string()),
  /** Additive: extensions that this server supports. */
  extensions: s.optional(extensions),
  /** Additive: resumed entities of those that the client named in `holds`. */
  resumed: s.optional(s.object(resumedFields(numericId))),
};

export const joinResponse = s.object({ peers: s.array(peer), ...joinedFields });
export const profiledJoinResponse = s.object({ peers: s.array(profiledPeer), ...joinedFields });
/** Response to join of the alpha, which has no queryRoom. */
export const bareJoinResponse = s.object({
  rtpCapabilities: v2RtpCapabilities,
  peers: s.array(peer),
  ...joinedFields,
});

/** Response to enableConsumer of v2. An empty response reads as a response without fields. */
export const enableConsumerResponse: s.Schema<
  unknown,
  {
    /** Whether the sender or the server has paused the consumer. Not the state that this client requested. */
    paused?: boolean;
    preferredProfile: s.InferOutput<typeof preferredProfile>;
    /** Null before the first packet. */
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

/** closed, roomClosed. `reason` is additive here and below. Here, it is one of `endReasons`, with a text for people. */
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

/** The server paused, resumed or closed a producer of the receiver. `peerName` names the receiver. */
export const producerNotification = s.object({
  id: numericId,
  peerName: s.optional(remotePeerId),
  appData: anyAppData,
});

/** About a consumer, identified by its ID alone. `peerName` is informative. */
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

/** Statistics of one entity. `peerName` only with statistics of consumers. */
export const statsNotification = s.object({
  id: numericId,
  peerName: s.optional(remotePeerId),
  stats: serverStats,
});

/** Additive. `peerName` is the author, set by the server. */
export const textMessageNotification = s.object({ peerName: remotePeerId, text: s.string() });
