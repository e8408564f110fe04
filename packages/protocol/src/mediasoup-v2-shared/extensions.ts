import { extensionsOf } from '../common/extensions.ts';

/**
 * Additive messages and fields of ours. The client names those that it understands in its request to join, the server in
 * the answer (`extensions`, both); what the other did not name is not sent to it.
 */
export const EXTENSIONS = [
  /** `resumeToken` in the request to join and its answer. */
  'resumeToken',
  /** Request: the server need not keep the consumer. */
  'closeConsumer',
  /** The request and the notification. */
  'textMessage',
] as const;

/** One of {@link EXTENSIONS}. */
export type Extension = (typeof EXTENSIONS)[number];

/** The extensions that the other end announces. */
export const extensions = /* @__PURE__ */ extensionsOf(EXTENSIONS);
