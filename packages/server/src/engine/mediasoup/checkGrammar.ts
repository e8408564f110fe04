import { formatIssue, parse } from '@tureen/protocol/common';
import { MediaError } from '../port/MediaError.ts';

/**
 * Checks parameters of a client against the bounds and grammars of their fields, in every dialect: other clients receive
 * them in their SDP. Throws `invalidParameters`.
 */
export function checkGrammar(schema: Parameters<typeof parse>[0], value: unknown, path: string): void {
  const read = parse(schema, value);
  if (!read.ok) throw new MediaError('invalidParameters', `${path}.${formatIssue(read.issue)}`);
}
