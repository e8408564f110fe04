import { appData, maybe, mediaKind, nameText, prepared, remotePeerId, renamed, shape } from '../common/index.ts';
import * as v from '../common/kinds.ts';
import { rtpParam } from './rtpParam.ts';

/** A room, a user, a pusher or a media section as a server names it: numbers are taken, and what is written is always text. */
export const id = remotePeerId;

const pusherFields = {
  /** Given by the server. */
  pusherId: id,
  rtpParam: v.loosely(rtpParam),
  /** Additive: `camera`, `microphone`, ..., or what the app says. */
  source: maybe(v.string()),
  /** Additive. */
  appData: maybe(appData),
  /** Additive: its owner has paused it. */
  paused: maybe(v.boolean()),
};

/** A track that a user has pushed. `pusher_id`, as pull spells it, is read too. */
const pusher = renamed(shape(pusherFields), 'pusher_id', 'pusherId');
/** A track that a user has pushed. */
export type Pusher = v.InferOutput<typeof pusher>;

/** Additive: one's own pusher, and the media section of the offer that it is. */
export const ownPusher = renamed(shape({ ...pusherFields, mid: id }), 'pusher_id', 'pusherId');
/** Additive: one's own pusher, and the media section (`mid`) of the offer that it is. */
export type OwnPusher = v.InferOutput<typeof ownPusher>;

/** Additive: which pusher is in which media section of a pull. */
export const pulledPusher = renamed(shape({ pusherId: id, mid: id }), 'pusher_id', 'pusherId');
/** Additive: which pusher is in which media section of a pull. */
export type PulledPusher = v.InferOutput<typeof pulledPusher>;

/** One media section that a pull asks for: `pusher_id`, and in newer programs `pusherId`. */
export const pullSpec = renamed(shape({ type: mediaKind, pusherId: id }), 'pusher_id', 'pusherId');
/** One media section that a pull asks for. */
export type PullSpec = v.InferOutput<typeof pullSpec>;

export const pushers = v.nullish(v.array(pusher), () => []);

/** A user, and all that it pushes. Its id stands in for a name that is missing. */
export const user = prepared(
  shape({
    userId: id,
    userName: v.string(),
    pushers,
    /** Additive. */
    appData: maybe(appData),
    /** Additive: which dialect it speaks, e.g. `mediasoup-v3`. */
    dialect: maybe(v.string()),
  }),
  named,
);
/** A user, and all that it pushes. */
export type User = v.InferOutput<typeof user>;

/** The user's id in place of a name that is missing. */
export function named(fields: Readonly<Record<string, unknown>>): unknown {
  return { ...fields, userName: fields.userName ?? nameText(fields.userId) };
}
