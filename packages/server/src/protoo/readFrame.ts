import * as v from 'valibot';

/** One frame in the form that protoo's Peer takes, or why it is none. */
export type ReadFrame =
  { readonly kind: 'frame'; readonly message: object } | { readonly kind: 'bad'; readonly reason: string };

const id = v.pipe(v.number(), v.integer());
const method = v.pipe(v.string(), v.nonEmpty());
/** Left out, it is an empty object: so do protoo's own ends read it. */
const data = v.pipe(
  v.optional(v.unknown()),
  v.transform((value) => value ?? {}),
);

const requestFrame = v.object({ request: v.literal(true), id, method, data });
const notificationFrame = v.object({ notification: v.literal(true), method, data });
const responseFrame = v.object({
  response: v.literal(true),
  id,
  ok: v.optional(v.boolean()),
  data,
  errorCode: v.optional(v.unknown()),
  errorReason: v.optional(v.unknown()),
});

export function readFrame(text: string): ReadFrame {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return { kind: 'bad', reason: 'not JSON' };
  }
  const schema = schemaFor(frame);
  if (schema === undefined) return { kind: 'bad', reason: 'neither request, response nor notification' };
  const result = v.safeParse(schema, frame);
  if (result.success) return { kind: 'frame', message: result.output };
  return { kind: 'bad', reason: `${v.getDotPath(result.issues[0]) ?? 'frame'}: ${result.issues[0].message}` };
}

function schemaFor(frame: unknown) {
  if (typeof frame !== 'object' || frame === null) return undefined;
  if ('request' in frame) return requestFrame;
  if ('response' in frame) return responseFrame;
  return 'notification' in frame ? notificationFrame : undefined;
}
