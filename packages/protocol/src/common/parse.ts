import * as s from './schema/index.ts';

/** What is wrong with a message, in words that can be sent back to its author. */
export interface ParseIssue {
  /** Dotted path of the field, e.g. `rtpParameters.codecs.0.mimeType`; empty where the whole message is wrong. */
  readonly path: string;
  /** E.g. `Expected string`, or `Required` where the field is missing. Never quotes what was sent. */
  readonly message: string;
}

/** The reading of a message: its value, or the first thing that is wrong with it. */
export type ParseResult<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly issue: ParseIssue };

/** Reads `data` by `schema`, up to the first fault. Never throws. */
export function parse<Schema extends s.AnySchema>(schema: Schema, data: unknown): ParseResult<s.InferOutput<Schema>> {
  const value = schema.read(data);
  if (!(value instanceof s.Fault)) return { ok: true, value: value as s.InferOutput<Schema> };
  return { ok: false, issue: { path: value.path.join('.'), message: value.message } };
}

/** One line for a log or for the `errorReason` of a refusal, e.g. `rtpParameters.codecs.0.mimeType: Expected string`. */
export function formatIssue({ path, message }: ParseIssue): string {
  return path ? `${path}: ${message}` : message;
}
