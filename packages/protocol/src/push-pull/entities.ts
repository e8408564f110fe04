import { appData, mediaKind, nameText, remotePeerId } from '../common/index.ts';
import * as s from '../common/schema/index.ts';
import { rtpParam } from './rtpParam.ts';

/** A room, a user, a pusher or a media section as a server names it: numbers are taken, and what is written is always text. */
export const id = remotePeerId;

const pusherFields = {
  /** Given by the server. */
  pusherId: id,
  rtpParam: s.withoutGrammar(rtpParam),
  /** Additive: `camera`, `microphone`, ..., or what the app says. */
  source: s.optional(s.string()),
  /** Additive. */
  appData: s.optional(appData),
  /** Additive: its owner has paused it. */
  paused: s.optional(s.boolean()),
};

/** A track that a user has pushed. `pusher_id`, as pull spells it, is read too. */
const pusher = s.withAlias(s.object(pusherFields), 'pusher_id', 'pusherId');
/** A track that a user has pushed. */
export type Pusher = s.InferOutput<typeof pusher>;

/** Additive: one's own pusher, and the media section of the offer that it is. */
export const ownPusher = s.withAlias(s.object({ ...pusherFields, mid: id }), 'pusher_id', 'pusherId');
/** Additive: one's own pusher, and the media section (`mid`) of the offer that it is. */
export type OwnPusher = s.InferOutput<typeof ownPusher>;

/** Additive: which pusher is in which media section of a pull. */
export const pulledPusher = s.withAlias(s.object({ pusherId: id, mid: id }), 'pusher_id', 'pusherId');
/** Additive: which pusher is in which media section of a pull. */
export type PulledPusher = s.InferOutput<typeof pulledPusher>;

/** One media section that a pull asks for: `pusher_id`, and in newer programs `pusherId`. */
export const pullSpec = s.withAlias(s.object({ type: mediaKind, pusherId: id }), 'pusher_id', 'pusherId');
/** One media section that a pull asks for. */
export type PullSpec = s.InferOutput<typeof pullSpec>;

export const pushers = s.withDefault(s.array(pusher), () => []);

/** A user, and all that it pushes. Its id stands in for a name that is missing. */
export const user = s.preprocess(
  s.object({
    userId: id,
    userName: s.string(),
    pushers,
    /** Additive. */
    appData: s.optional(appData),
    /** Additive: which dialect it speaks, e.g. `mediasoup-v3`. */
    dialect: s.optional(s.string()),
  }),
  named,
);
/** A user, and all that it pushes. */
export type User = s.InferOutput<typeof user>;

/** The user's id in place of a name that is missing. */
export function named(fields: Readonly<Record<string, unknown>>): unknown {
  return { ...fields, userName: fields.userName ?? nameText(fields.userId) };
}
