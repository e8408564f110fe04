import { formatIssue, parse } from '@tureen/protocol/common';
import { MediaError } from '../port/MediaError.ts';

/**
 * Holds what a client declared to the bounds and grammars of its places, whichever dialect brought it: other clients find it
 * in their SDP. Throws `invalidParameters`.
 */
export function checkGrammar(schema: Parameters<typeof parse>[0], value: unknown, path: string): void {
  const read = parse(schema, value);
  if (!read.ok) throw new MediaError('invalidParameters', `${path}.${formatIssue(read.issue)}`);
}
