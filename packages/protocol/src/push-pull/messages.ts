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

// Data of all messages, read into one form. In client messages, every text, list and object has a bound.

const name = s.string(MAX_NAME_LENGTH);

/** Room and user of a request. */
const who = { roomId: peerId, userId: peerId };
/** User of a notification. Also names the room, which the receiver knows. */
const about = { roomId: s.optional(id), userId: id };

/** List. A bare item reads as a list of one item. */
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

/** SDP: an RTCSessionDescriptionInit, or its text. */
const sdp: s.Schema<unknown, string> = s.pipe(
  s.unknown(),
  s.transform((input) => (typeof input === 'object' && input !== null ? (input as { sdp?: unknown }).sdp : input)),
  s.string(MAX_SDP_LENGTH),
  s.notEmpty,
);

/** Successful response, without `code` and `message`, which all responses have. */
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
    /** RTCPilot since its second generation: the user only pulls, and is hidden from other users. */
    audience: s.optional(s.boolean()),
    /** Pusher IDs: `producers` are the user's own, `consumers` are those that it pulls. A token without `holds` resumes only the user. */
    ...resumingFields(s.object(heldFields(id))),
    /** Additive: `userAppData`. */
    appData: s.optional(clientAppData),
    /** Additive: extensions that this client supports. */
    extensions: s.optional(extensions),
  }),
  named,
);

export const joinResponse = success({
  /** Other users in the room, without the audience. */
  users: s.withDefault(s.array(user), () => []),
  /** Additive: token for one resume. The response to that resume has the next token. */
  resumeToken: s.optional(s.string()),
  /** Additive: extensions that this server supports. */
  extensions: s.optional(extensions),
  /** Additive: resumed entities of those that the client named in `holds`. */
  resumed: s.optional(s.object(resumedFields(id))),
});
/** The response to join, after reading. */
export type JoinResponse = s.InferOutput<typeof joinResponse>;

export const pushRequest = s.object({
  ...who,
  /** SDP offer. */
  sdp,
  /** Additive, for all media in this push. */
  source: s.optional(name),
  appData: s.optional(clientAppData),
  paused: s.optional(s.boolean()),
});

export const pushResponse = success({
  /** SDP answer. */
  sdp,
  /** Additive: IDs of the new pushers, which RTCPilot does not send. */
  pushers: s.optional(s.array(ownPusher)),
});
/** The response to push, after reading. */
export type PushResponse = s.InferOutput<typeof pushResponse>;

export const pullRequest = s.object({
  ...who,
  targetUserId: peerId,
  /** SDP offer. */
  sdp,
  specs: s.array(pullSpec, MAX_ENTITIES),
});

export const pullResponse = success({
  /** SDP answer. */
  sdp,
  /** Additive. */
  pulled: s.optional(s.array(pulledPusher)),
});
/** The response to pull, after reading. */
export type PullResponse = s.InferOutput<typeof pullResponse>;

export const heartbeatRequest = s.object({
  ...who,
  userName: s.optional(name),
  /** In ms since 1970. */
  time: s.optional(s.number()),
});

/** Every field may be missing. */
export const heartbeatResponse = success({ roomId: s.optional(id), userId: s.optional(id) });

/** Text message of a client to all users. */
export const textMessage = s.preprocess(
  s.object({
    roomId: s.optional(peerId),
    userId: peerId,
    userName: name,
    message: clientText,
    /** In ms since 1970. */
    time: s.optional(s.number()),
  }),
  named,
);

/** Text message that the server relays. */
export const textMessageNotification = s.preprocess(
  s.object({
    ...about,
    userName: s.string(),
    message: s.string(),
    /** In ms since 1970. */
    time: s.optional(s.number()),
  }),
  named,
);

/** Additive. */
export const leaveRequest = s.object(who);

/** Additive: `pusherIds`. Also reads a single `pusherId`. */
const pusherIds = ({ pusherId, ...fields }: Readonly<Record<string, unknown>>) => ({
  ...fields,
  pusherIds: fields.pusherIds ?? (pusherId === undefined ? undefined : [pusherId]),
});

/** Additive: unpush, pausePush, resumePush, pausePull, resumePull and closeConsumer. */
export const pushersRequest = s.preprocess(s.object({ ...who, pusherIds: s.array(id, MAX_ENTITIES) }), pusherIds);

/** Additive: pusherClosed, pusherPaused and pusherResumed. Also sent to the owner, unless the owner caused it. */
export const pushersNotification = s.preprocess(
  s.object({
    ...about,
    pusherIds: s.array(id),
    by: s.optional(s.fallback(s.picklist(['remote', 'server', 'unknown']), 'unknown')),
    reason: s.optional(s.string()),
  }),
  pusherIds,
);

/** Sent as a list of one user. RTCPilot's links between servers send the bare user. */
export const newUserNotification = listOf(user);

/** All pushers of the user, not only the new ones. Some servers send a list of these messages. */
export const newPusherNotification = listOf(s.preprocess(s.object({ ...about, userName: s.string(), pushers }), named));

/** User that left, as an ID or object. The document has a list of IDs. */
export const userLeaveNotification = listOf(s.object({ ...about, reason: s.optional(s.string()) }), (item) =>
  typeof item === 'object' ? item : { userId: item },
);

/** userDisconnect, userReConnect. */
export const userNotification = s.object({ ...about, userName: s.optional(s.string()) });
