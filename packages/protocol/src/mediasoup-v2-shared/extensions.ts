import { extensionsOf } from '../common/extensions.ts';

/**
 * Extensions of Tureen: messages and fields. The client announces those that it supports in its join request, and the server in the
 * response (`extensions` in both). Neither end sends an extension that the other end did not announce.
 */
export const EXTENSIONS = [
  /** `resumeToken` in the join request and response. */
  'resumeToken',
  /** Request: the server closes the consumer. */
  'closeConsumer',
  /** The request and the notification. */
  'textMessage',
] as const;

/** One of {@link EXTENSIONS}. */
export type Extension = (typeof EXTENSIONS)[number];

/** Extensions that the other end announces. */
export const extensions = /* @__PURE__ */ extensionsOf(EXTENSIONS);
