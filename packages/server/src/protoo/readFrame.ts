import { formatIssue, readProtooFrame } from '@tureen/protocol/common';
import type { CountedMessage } from './ProtooConnection.ts';

/** One frame in the form that protoo's Peer takes, or why it is none. */
export type ReadFrame =
  | { readonly kind: 'frame'; readonly message: object; readonly counted: CountedMessage }
  | { readonly kind: 'bad'; readonly reason: string };

/** Reads what came over the socket. */
export function readFrame(text: string): ReadFrame {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: 'bad', reason: 'not JSON' };
  }
  const read = readProtooFrame(json);
  if (!read.ok) return { kind: 'bad', reason: formatIssue(read.issue) };
  // Peer tells the kinds apart by a flag of that name.
  const { kind, ...frame } = read.value;
  return { kind: 'frame', message: { [kind]: true, ...frame }, counted: read.value };
}
