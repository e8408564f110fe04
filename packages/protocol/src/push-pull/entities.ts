import { appData, mediaKind, nameText, remotePeerId } from '../common/index.ts';
import * as s from '../common/schema/index.ts';
import { rtpParam } from './rtpParam.ts';

/** ID of a room, user, pusher or media section in a message of a server. Reads numbers too; always written as text. */
export const id = remotePeerId;

const pusherFields = {
  /** Given by the server. */
  pusherId: id,
  rtpParam: s.withoutGrammar(rtpParam),
  /** Additive: `camera`, `microphone` or another `Source`. */
  source: s.optional(s.string()),
  /** Additive. */
  appData: s.optional(appData),
  /** Additive: its owner paused it. */
  paused: s.optional(s.boolean()),
};

/** A track that a user has pushed. `pusher_id`, as pull spells it, is read too. */
const pusher = s.withAlias(s.object(pusherFields), 'pusher_id', 'pusherId');
/** A track that a user has pushed. */
export type Pusher = s.InferOutput<typeof pusher>;

/** Additive: a pusher of the receiver, and its media section in the offer. */
export const ownPusher = s.withAlias(s.object({ ...pusherFields, mid: id }), 'pusher_id', 'pusherId');
/** Additive: a pusher of the receiver, and its media section (`mid`) in the offer. */
export type OwnPusher = s.InferOutput<typeof ownPusher>;

/** Additive: a pusher and its media section in a pull. */
export const pulledPusher = s.withAlias(s.object({ pusherId: id, mid: id }), 'pusher_id', 'pusherId');
/** Additive: a pusher and its media section in a pull. */
export type PulledPusher = s.InferOutput<typeof pulledPusher>;

/** One media section that a pull requests: `pusher_id`, in newer programs `pusherId`. */
export const pullSpec = s.withAlias(s.object({ type: mediaKind, pusherId: id }), 'pusher_id', 'pusherId');
/** One media section that a pull requests. */
export type PullSpec = s.InferOutput<typeof pullSpec>;

export const pushers = s.withDefault(s.array(pusher), () => []);

/** A user and its pushers. A missing name reads as the ID. */
export const user = s.preprocess(
  s.object({
    userId: id,
    userName: s.string(),
    pushers,
    /** Additive. */
    appData: s.optional(appData),
    /** Additive: the dialect of the user, e.g. `mediasoup-v3`. */
    dialect: s.optional(s.string()),
  }),
  named,
);
/** A user and its pushers. */
export type User = s.InferOutput<typeof user>;

/** Sets a missing name to the ID of the user. */
export function named(fields: Readonly<Record<string, unknown>>): unknown {
  return { ...fields, userName: fields.userName ?? nameText(fields.userId) };
}
