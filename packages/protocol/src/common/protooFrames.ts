import * as s from './schema/index.ts';

// Apart from what reads frames without them: a bundle that has that is free of these.

/** Asks; answered by the response of the same id. */
export const protooRequest = s.object({
  request: s.literal(true),
  id: s.number(),
  method: s.string(),
  data: s.optional(s.unknown()),
});
/** A {@link protooRequest}, read. */
export type ProtooRequest = s.InferOutput<typeof protooRequest>;

/** Tells; not answered. */
export const protooNotification = s.object({
  notification: s.literal(true),
  method: s.string(),
  data: s.optional(s.unknown()),
});
/** A {@link protooNotification}, read. */
export type ProtooNotification = s.InferOutput<typeof protooNotification>;

/** The answer to a request, granted. */
export const protooSuccess = s.object({
  response: s.literal(true),
  id: s.number(),
  ok: s.literal(true),
  data: s.optional(s.unknown()),
});
/** A {@link protooSuccess}, read. */
export type ProtooSuccess = s.InferOutput<typeof protooSuccess>;

/**
 * The answer to a request, refused. protoo-server leaves `ok` out; protoo 1 said `code` and `reason`; 2060-io's server
 * sends `{ status, error }` or a text in place of the number. All are read.
 */
export const protooFailure = s.object({
  response: s.literal(true),
  id: s.number(),
  ok: s.optional(s.literal(false)),
  errorCode: s.optional(s.unknown()),
  errorReason: s.optional(s.unknown()),
  code: s.optional(s.unknown()),
  reason: s.optional(s.unknown()),
  /** Additive: one of `endReasons`. */
  endReason: s.optional(s.unknown()),
});
/** A {@link protooFailure}, read. */
export type ProtooFailure = s.InferOutput<typeof protooFailure>;
