import { extensionsOf } from '../common/extensions.ts';

/**
 * Extensions of Tureen: messages and fields that a server announces in its join response (`extensions`), and a client in its join request.
 * Neither end sends an extension that the other end did not announce. RTCPilot announces none.
 */
export const EXTENSIONS = [
  /** `resumeToken` in the join response, and in the join request that resumes the session. */
  'resumeToken',
  /** `appData` in the join request, in the users of its response and in newUser. */
  'userAppData',
  /** `pushers` in the push response: IDs of the new pushers, in the order of their media sections. */
  'pushers',
  /** `pulled` in the pull response: the pusher of each media section. */
  'pulled',
  /** `source`, `appData` and `paused` in push, and in the pushers that other users receive. */
  'pushDetails',
  /** Requests. Announced together: resumePush with pausePush, resumePull with pausePull. */
  'leave',
  'unpush',
  'pausePush',
  'pausePull',
  'closeConsumer',
  /** Notifications. pusherPaused also announces pusherResumed. */
  'pusherClosed',
  'pusherPaused',
] as const;

/** One of {@link EXTENSIONS}. */
export type Extension = (typeof EXTENSIONS)[number];

/** Extensions that the other end announces. */
export const extensions = /* @__PURE__ */ extensionsOf(EXTENSIONS);
