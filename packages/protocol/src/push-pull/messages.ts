import {
  clientAppData,
  clientText,
  heldFields,
  MAX_ENTITIES,
  MAX_NAME_LENGTH,
  MAX_SDP_LENGTH,
  MAX_TOKEN_LENGTH,
  peerId,
  resumedFields,
  resumingFields,
} from '../common/index.ts';
import * as s from '../common/schema/index.ts';
import { id, named, ownPusher, pulledPusher, pullSpec, pushers, user } from './entities.ts';
import { extensions } from './extensions.ts';

/** Data of all messages, read into one shape. In those of clients every text, list and object has a bound. */

const name = s.string(MAX_NAME_LENGTH);

/** Every request says in which room, and as whom. */
const who = { roomId: peerId, userId: peerId };
/** What a server tells names the room too; whoever is told knows it. */
const about = { roomId: s.optional(id), userId: id };

/** A list, of one where the bare thing was sent. */
/* @__NO_SIDE_EFFECTS__ */
function listOf<Schema extends s.AnySchema>(
  schema: Schema,
  toItem: (item: unknown) => unknown = (item) => item,
): s.Schema<unknown, s.InferOutput<Schema>[]> {
  return s.pipe(
    s.unknown(),
    s.transform((input) => (Array.isArray(input) ? input : [input]).map(toItem)),
    s.array(schema as s.Schema<unknown, s.InferOutput<Schema>>),
  );
}

/** SDP: an RTCSessionDescriptionInit, or its text alone. */
const sdp: s.Schema<unknown, string> = s.pipe(
  s.unknown(),
  s.transform((input) => (typeof input === 'object' && input !== null ? (input as { sdp?: unknown }).sdp : input)),
  s.string(MAX_SDP_LENGTH),
  s.notEmpty,
);

/** Answers without what each of them begins with: `code` and `message`. */
/* @__NO_SIDE_EFFECTS__ */
function success<const Entries extends s.SchemaEntries>(entries: Entries) {
  return s.preprocess(s.object(entries), ({ code: _code, message: _message, ...rest }) => rest);
}

export const joinRequest = s.preprocess(
  s.object({
    ...who,
    userName: name,
    /** RTCPilot since its second generation. */
    roomToken: s.optional(s.string(MAX_TOKEN_LENGTH)),
    /** RTCPilot since its second generation: watches only, and nobody is told. */
    audience: s.optional(s.boolean()),
    /** Ids are those of pushers: `producers` one's own, `consumers` what one pulls. A token without `holds` brings the user back only. */
    ...resumingFields(s.object(heldFields(id))),
    /** Additive: `userAppData`. */
    appData: s.optional(clientAppData),
    /** Additive: what this client understands beyond RTCPilot's. */
    extensions: s.optional(extensions),
  }),
  named,
);

export const joinResponse = success({
  /** Who is there already; without whoever asks, and without the audience. */
  users: s.withDefault(s.array(user), () => []),
  /** Additive: good for one resume; the answer to that brings the next. */
  resumeToken: s.optional(s.string()),
  /** Additive: what this server speaks beyond RTCPilot. */
  extensions: s.optional(extensions),
  /** Additive: what lives on of what a resuming client said it holds. */
  resumed: s.optional(s.object(resumedFields(id))),
});
/** The answer to join, read. */
export type JoinResponse = s.InferOutput<typeof joinResponse>;

export const pushRequest = s.object({
  ...who,
  /** The offer. */
  sdp,
  /** Additive, of all media in this push. */
  source: s.optional(name),
  appData: s.optional(clientAppData),
  paused: s.optional(s.boolean()),
});

export const pushResponse = success({
  /** The answer. */
  sdp,
  /** Additive: RTCPilot does not tell the publisher what its pushers are called. */
  pushers: s.optional(s.array(ownPusher)),
});
/** The answer to push, read. */
export type PushResponse = s.InferOutput<typeof pushResponse>;

export const pullRequest = s.object({
  ...who,
  targetUserId: peerId,
  /** The offer. */
  sdp,
  specs: s.array(pullSpec, MAX_ENTITIES),
});

export const pullResponse = success({
  /** The answer. */
  sdp,
  /** Additive. */
  pulled: s.optional(s.array(pulledPusher)),
});
/** The answer to pull, read. */
export type PullResponse = s.InferOutput<typeof pullResponse>;

export const heartbeatRequest = s.object({
  ...who,
  userName: s.optional(name),
  /** ms since 1970. */
  time: s.optional(s.number()),
});

/** Every field may be missing: that it came is all that it says. */
export const heartbeatResponse = success({ roomId: s.optional(id), userId: s.optional(id) });

/** What a client sends to all. */
export const textMessage = s.preprocess(
  s.object({
    roomId: s.optional(peerId),
    userId: peerId,
    userName: name,
    message: clientText,
    /** ms since 1970. */
    time: s.optional(s.number()),
  }),
  named,
);

/** What a server passes on. */
export const textMessageNotification = s.preprocess(
  s.object({
    ...about,
    userName: s.string(),
    message: s.string(),
    /** ms since 1970. */
    time: s.optional(s.number()),
  }),
  named,
);

/** Additive. */
export const leaveRequest = s.object(who);

/** Additive: `pusherIds`; a single `pusherId` is read too. */
const pusherIds = ({ pusherId, ...fields }: Readonly<Record<string, unknown>>) => ({
  ...fields,
  pusherIds: fields.pusherIds ?? (pusherId === undefined ? undefined : [pusherId]),
});

/** Additive: unpush, pausePush, resumePush, pausePull, resumePull and closeConsumer. */
export const pushersRequest = s.preprocess(s.object({ ...who, pusherIds: s.array(id, MAX_ENTITIES) }), pusherIds);

/** Additive: pusherClosed, pusherPaused and pusherResumed. To the owner, too, where it was not the owner's own doing. */
export const pushersNotification = s.preprocess(
  s.object({
    ...about,
    pusherIds: s.array(id),
    by: s.optional(s.fallback(s.picklist(['remote', 'server', 'unknown']), 'unknown')),
    reason: s.optional(s.string()),
  }),
  pusherIds,
);

/** Sent as a list of one; RTCPilot's links between servers send the bare user. */
export const newUserNotification = listOf(user);

/** All that the user pushes, not only what is new. Some servers send a list of these. */
export const newPusherNotification = listOf(s.preprocess(s.object({ ...about, userName: s.string(), pushers }), named));

/** One that left, by its id or more; the document has a list of ids. */
export const userLeaveNotification = listOf(s.object({ ...about, reason: s.optional(s.string()) }), (item) =>
  typeof item === 'object' ? item : { userId: item },
);

/** userDisconnect, userReConnect. */
export const userNotification = s.object({ ...about, userName: s.optional(s.string()) });
