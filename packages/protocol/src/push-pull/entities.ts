import { appData, mediaKind, nameText, remotePeerId } from '../common/index.ts';
import * as s from '../common/schema/index.ts';
import { rtpParam } from './rtpParam.ts';

/** ID of a room, user, pusher or media section in a server's message. Also reads numbers. Always written as text. */
export const id = remotePeerId;

const pusherFields = {
  /** Assigned by the server. */
  pusherId: id,
  rtpParam: s.withoutGrammar(rtpParam),
  /** Additive: `camera`, `microphone` or another `Source`. */
  source: s.optional(s.string()),
  /** Additive. */
  appData: s.optional(appData),
  /** Additive: whether the owner has paused it. */
  paused: s.optional(s.boolean()),
};

/** Track that a user has pushed. Also reads `pusher_id`, the name in pull. */
const pusher = s.withAlias(s.object(pusherFields), 'pusher_id', 'pusherId');
/** Track that a user has pushed. */
export type Pusher = s.InferOutput<typeof pusher>;

/** Additive: pusher of the receiver, and its media section in the offer. */
export const ownPusher = s.withAlias(s.object({ ...pusherFields, mid: id }), 'pusher_id', 'pusherId');
/** Additive: pusher of the receiver, and its media section (`mid`) in the offer. */
export type OwnPusher = s.InferOutput<typeof ownPusher>;

/** Additive: pusher and its media section in a pull. */
export const pulledPusher = s.withAlias(s.object({ pusherId: id, mid: id }), 'pusher_id', 'pusherId');
/** Additive: pusher and its media section in a pull. */
export type PulledPusher = s.InferOutput<typeof pulledPusher>;

/** Media section that a pull requests: `pusher_id`, or `pusherId` in newer programs. */
export const pullSpec = s.withAlias(s.object({ type: mediaKind, pusherId: id }), 'pusher_id', 'pusherId');
/** Media section that a pull requests. */
export type PullSpec = s.InferOutput<typeof pullSpec>;

export const pushers = s.withDefault(s.array(pusher), () => []);

/** User and its pushers. A missing name reads as the ID. */
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
/** User and its pushers. */
export type User = s.InferOutput<typeof user>;

/** Sets a missing name to the ID of the user. */
export function named(fields: Readonly<Record<string, unknown>>): unknown {
  return { ...fields, userName: fields.userName ?? nameText(fields.userId) };
}
