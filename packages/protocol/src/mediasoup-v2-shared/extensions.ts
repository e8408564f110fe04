import * as v from '../common/kinds.ts';
import { MAX_EXTENSIONS, MAX_NAME_LENGTH } from '../common/limits.ts';

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

/** Whatever a newer end may announce is read past. */
export const extensions: v.GenericSchema<unknown, Extension[]> = v.pipe(
  v.array(v.fallback(v.string(MAX_NAME_LENGTH), ''), MAX_EXTENSIONS),
  v.transform((names) => EXTENSIONS.filter((name) => names.includes(name))),
);
