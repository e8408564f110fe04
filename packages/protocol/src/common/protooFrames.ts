import * as v from './kinds.ts';
import { maybe, shape } from './schema.ts';

// Apart from what reads frames without them: a bundle that has that is free of these.

/** Asks; answered by the response of the same id. */
export const protooRequest = shape({
  request: v.literal(true),
  id: v.number(),
  method: v.string(),
  data: maybe(v.unknown()),
});
/** A {@link protooRequest}, read. */
export type ProtooRequest = v.InferOutput<typeof protooRequest>;

/** Tells; not answered. */
export const protooNotification = shape({
  notification: v.literal(true),
  method: v.string(),
  data: maybe(v.unknown()),
});
/** A {@link protooNotification}, read. */
export type ProtooNotification = v.InferOutput<typeof protooNotification>;

/** The answer to a request, granted. */
export const protooSuccess = shape({
  response: v.literal(true),
  id: v.number(),
  ok: v.literal(true),
  data: maybe(v.unknown()),
});
/** A {@link protooSuccess}, read. */
export type ProtooSuccess = v.InferOutput<typeof protooSuccess>;

/**
 * The answer to a request, refused. protoo-server leaves `ok` out; protoo 1 said `code` and `reason`; 2060-io's server
 * sends `{ status, error }` or a text in place of the number. All are read.
 */
export const protooFailure = shape({
  response: v.literal(true),
  id: v.number(),
  ok: maybe(v.literal(false)),
  errorCode: maybe(v.unknown()),
  errorReason: maybe(v.unknown()),
  code: maybe(v.unknown()),
  reason: maybe(v.unknown()),
  /** Additive: one of `endReasons`. */
  endReason: maybe(v.unknown()),
});
/** A {@link protooFailure}, read. */
export type ProtooFailure = v.InferOutput<typeof protooFailure>;
