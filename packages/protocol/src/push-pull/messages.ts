import {
  clientAppData,
  clientText,
  heldFields,
  MAX_ENTITIES,
  MAX_NAME_LENGTH,
  MAX_SDP_LENGTH,
  MAX_TOKEN_LENGTH,
  maybe,
  notEmpty,
  peerId,
  prepared,
  resumedFields,
  resumingFields,
  shape,
} from '../common/index.ts';
import * as v from '../common/kinds.ts';
import { id, named, ownPusher, pulledPusher, pullSpec, pushers, user } from './entities.ts';
import { extensions } from './extensions.ts';

/** Data of all messages, read into one shape. In those of clients every text, list and object has a bound. */

const name = v.string(MAX_NAME_LENGTH);

/** Every request says in which room, and as whom. */
const who = { roomId: peerId, userId: peerId };
/** What a server tells names the room too; whoever is told knows it. */
const about = { roomId: maybe(id), userId: id };

/** A list, of one where the bare thing was sent. */
/* @__NO_SIDE_EFFECTS__ */
function listOf<Schema extends v.GenericSchema>(
  schema: Schema,
  toItem: (item: unknown) => unknown = (item) => item,
): v.GenericSchema<unknown, v.InferOutput<Schema>[]> {
  return v.pipe(
    v.unknown(),
    v.transform((input) => (Array.isArray(input) ? input : [input]).map(toItem)),
    v.array(schema as v.GenericSchema<unknown, v.InferOutput<Schema>>),
  );
}

/** SDP: an RTCSessionDescriptionInit, or its text alone. */
const sdp: v.GenericSchema<unknown, string> = v.pipe(
  v.unknown(),
  v.transform((input) => (typeof input === 'object' && input !== null ? (input as { sdp?: unknown }).sdp : input)),
  v.string(MAX_SDP_LENGTH),
  notEmpty,
);

/** Answers without what each of them begins with: `code` and `message`. */
/* @__NO_SIDE_EFFECTS__ */
function success<const Entries extends v.ObjectEntries>(entries: Entries) {
  return prepared(shape(entries), ({ code: _code, message: _message, ...rest }) => rest);
}

export const joinRequest = prepared(
  shape({
    ...who,
    userName: name,
    /** RTCPilot since its second generation. */
    roomToken: maybe(v.string(MAX_TOKEN_LENGTH)),
    /** RTCPilot since its second generation: watches only, and nobody is told. */
    audience: maybe(v.boolean()),
    /** Ids are those of pushers: `producers` one's own, `consumers` what one pulls. A token without `holds` brings the user back only. */
    ...resumingFields(shape(heldFields(id))),
    /** Additive: `userAppData`. */
    appData: maybe(clientAppData),
    /** Additive: what this client understands beyond RTCPilot's. */
    extensions: maybe(extensions),
  }),
  named,
);

export const joinResponse = success({
  /** Who is there already; without whoever asks, and without the audience. */
  users: v.nullish(v.array(user), () => []),
  /** Additive: good for one resume; the answer to that brings the next. */
  resumeToken: maybe(v.string()),
  /** Additive: what this server speaks beyond RTCPilot. */
  extensions: maybe(extensions),
  /** Additive: what lives on of what a resuming client said it holds. */
  resumed: maybe(shape(resumedFields(id))),
});
/** The answer to join, read. */
export type JoinResponse = v.InferOutput<typeof joinResponse>;

export const pushRequest = shape({
  ...who,
  /** The offer. */
  sdp,
  /** Additive, of all media in this push. */
  source: maybe(name),
  appData: maybe(clientAppData),
  paused: maybe(v.boolean()),
});

export const pushResponse = success({
  /** The answer. */
  sdp,
  /** Additive: RTCPilot does not tell the publisher what its pushers are called. */
  pushers: maybe(v.array(ownPusher)),
});
/** The answer to push, read. */
export type PushResponse = v.InferOutput<typeof pushResponse>;

export const pullRequest = shape({
  ...who,
  targetUserId: peerId,
  /** The offer. */
  sdp,
  specs: v.array(pullSpec, MAX_ENTITIES),
});

export const pullResponse = success({
  /** The answer. */
  sdp,
  /** Additive. */
  pulled: maybe(v.array(pulledPusher)),
});
/** The answer to pull, read. */
export type PullResponse = v.InferOutput<typeof pullResponse>;

export const heartbeatRequest = shape({
  ...who,
  userName: maybe(name),
  /** ms since 1970. */
  time: maybe(v.number()),
});

/** Every field may be missing: that it came is all that it says. */
export const heartbeatResponse = success({ roomId: maybe(id), userId: maybe(id) });

/** What a client sends to all. */
export const textMessage = prepared(
  shape({
    roomId: maybe(peerId),
    userId: peerId,
    userName: name,
    message: clientText,
    /** ms since 1970. */
    time: maybe(v.number()),
  }),
  named,
);

/** What a server passes on. */
export const textMessageNotification = prepared(
  shape({
    ...about,
    userName: v.string(),
    message: v.string(),
    /** ms since 1970. */
    time: maybe(v.number()),
  }),
  named,
);

/** Additive. */
export const leaveRequest = shape(who);

/** Additive: `pusherIds`; a single `pusherId` is read too. */
const pusherIds = ({ pusherId, ...fields }: Readonly<Record<string, unknown>>) => ({
  ...fields,
  pusherIds: fields.pusherIds ?? (pusherId === undefined ? undefined : [pusherId]),
});

/** Additive: unpush, pausePush, resumePush, pausePull, resumePull and closeConsumer. */
export const pushersRequest = prepared(shape({ ...who, pusherIds: v.array(id, MAX_ENTITIES) }), pusherIds);

/** Additive: pusherClosed, pusherPaused and pusherResumed. To the owner, too, where it was not the owner's own doing. */
export const pushersNotification = prepared(
  shape({
    ...about,
    pusherIds: v.array(id),
    by: maybe(v.fallback(v.picklist(['remote', 'server', 'unknown']), 'unknown')),
    reason: maybe(v.string()),
  }),
  pusherIds,
);

/** Sent as a list of one; RTCPilot's links between servers send the bare user. */
export const newUserNotification = listOf(user);

/** All that the user pushes, not only what is new. Some servers send a list of these. */
export const newPusherNotification = listOf(prepared(shape({ ...about, userName: v.string(), pushers }), named));

/** One that left, by its id or more; the document has a list of ids. */
export const userLeaveNotification = listOf(shape({ ...about, reason: maybe(v.string()) }), (item) =>
  typeof item === 'object' ? item : { userId: item },
);

/** userDisconnect, userReConnect. */
export const userNotification = shape({ ...about, userName: maybe(v.string()) });
