import * as s from './schema/index.ts';

/** First fault of a message, safe to send back to the sender. */
export interface ParseIssue {
  /** Dotted path of the field, e.g. `rtpParameters.codecs.0.mimeType`. Empty if the message itself has the wrong type. */
  readonly path: string;
  /** E.g. `Expected string`, or `Required` for a missing field. Never quotes the value. */
  readonly message: string;
}

/** The value of a message, or its first fault. */
export type ParseResult<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly issue: ParseIssue };

/** Reads `data` with `schema`, up to the first fault. Never throws. */
export function parse<Schema extends s.AnySchema>(schema: Schema, data: unknown): ParseResult<s.InferOutput<Schema>> {
  const value = schema.read(data);
  if (!(value instanceof s.Fault)) return { ok: true, value: value as s.InferOutput<Schema> };
  return { ok: false, issue: { path: value.path.join('.'), message: value.message } };
}

/** Formats an issue as one line for a log or the `errorReason` of a refusal, e.g. `rtpParameters.codecs.0.mimeType: Expected string`. */
export function formatIssue({ path, message }: ParseIssue): string {
  return path ? `${path}: ${message}` : message;
}
