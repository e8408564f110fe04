import * as v from 'valibot';

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
export function parse<Schema extends v.GenericSchema>(
  schema: Schema,
  data: unknown,
): ParseResult<v.InferOutput<Schema>> {
  const result = v.safeParse(schema, data, { abortEarly: true, abortPipeEarly: true });
  if (result.success) return { ok: true, value: result.output };
  const [issue] = result.issues;
  return { ok: false, issue: { path: v.getDotPath(issue) ?? '', message: describe(issue) } };
}

/** One line for a log or for the `errorReason` of a refusal, e.g. `rtpParameters.codecs.0.mimeType: Expected string`. */
export function formatIssue({ path, message }: ParseIssue): string {
  return path ? `${path}: ${message}` : message;
}

/** valibot's own message would quote the value that was sent, which may be long or a secret. */
function describe(issue: v.BaseIssue<unknown>): string {
  if (issue.message && !issue.message.startsWith('Invalid ')) return issue.message;
  if (issue.input === undefined) return 'Required';
  return issue.expected ? `Expected ${issue.expected}` : 'Invalid';
}
