import { extensionsOf } from '../common/extensions.ts';

/**
 * Additive messages and fields of ours that a server may announce in its join response (`extensions`), and a client in
 * its join request. What the other end has not announced is not sent to it; RTCPilot announces nothing.
 */
export const EXTENSIONS = [
  /** `resumeToken` in the join response, and in the join request that takes the session up again. */
  'resumeToken',
  /** `appData` in the join request, in the users of its response and in newUser. */
  'userAppData',
  /** `pushers` in the push response: the pusher ids of what was pushed, in the order of its media sections. */
  'pushers',
  /** `pulled` in the pull response: which pusher is in which media section. */
  'pulled',
  /** `source`, `appData` and `paused` in push, and in the pushers that others are told of. */
  'pushDetails',
  /** Requests; those which undo something come with what they undo: resumePush, resumePull. */
  'leave',
  'unpush',
  'pausePush',
  'pausePull',
  'closeConsumer',
  /** Notifications; pusherResumed comes with pusherPaused. */
  'pusherClosed',
  'pusherPaused',
] as const;

/** One of {@link EXTENSIONS}. */
export type Extension = (typeof EXTENSIONS)[number];

/** The extensions that the other end announces. */
export const extensions = /* @__PURE__ */ extensionsOf(EXTENSIONS);
