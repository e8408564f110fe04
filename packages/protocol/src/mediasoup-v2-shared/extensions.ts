import { extensionsOf } from '../common/extensions.ts';

/**
 * Extensions of Tureen: messages and fields. The client announces those that it supports in its request to join, the server in the
 * response (`extensions` in both). Neither sends an extension that the other did not announce.
 */
export const EXTENSIONS = [
  /** `resumeToken` in the request to join and its response. */
  'resumeToken',
  /** Request: the server closes the consumer. */
  'closeConsumer',
  /** The request and the notification. */
  'textMessage',
] as const;

/** One of {@link EXTENSIONS}. */
export type Extension = (typeof EXTENSIONS)[number];

/** The extensions that the other end announces. */
export const extensions = /* @__PURE__ */ extensionsOf(EXTENSIONS);
