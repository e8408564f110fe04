import { formatIssue, isTooDeep, MAX_APP_DATA_DEPTH, readProtooFrame } from '@tureen/protocol/common';
import type { ProtooFrame } from '@tureen/protocol/common';
import { hasTooManyFields, MAX_FIELDS } from './fieldCount.ts';
import type { CountedMessage } from './ProtooConnection.ts';

/** Frame in the form that protoo's Peer accepts, or the reason why it is bad. */
export type ReadFrame =
  | { readonly kind: 'frame'; readonly message: object; readonly counted: CountedMessage }
  /** `id`: ID of a request, which is refused with the reason. */
  | { readonly kind: 'bad'; readonly reason: string; readonly id?: number };

/** Parses a frame. Refuses a frame that is too deep, or has too many fields, before other code walks it. */
export function readFrame(text: string): ReadFrame {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: 'bad', reason: 'not JSON' };
  }
  const read = readProtooFrame(json);
  if (!read.ok) return { kind: 'bad', reason: formatIssue(read.issue) };
  if (isTooDeep(text)) {
    return unfit(read.value, `${deepField(read.value)}: Expected at most ${String(MAX_APP_DATA_DEPTH)} levels`);
  }
  if (hasTooManyFields(text)) return unfit(read.value, `Expected at most ${String(MAX_FIELDS)} fields in an object`);
  // Peer distinguishes the kinds by a flag of that name.
  const { kind, ...frame } = read.value;
  return { kind: 'frame', message: { [kind]: true, ...frame }, counted: read.value };
}

function unfit(frame: ProtooFrame, reason: string): ReadFrame {
  return { kind: 'bad', reason, ...(frame.kind === 'request' ? { id: frame.id } : {}) };
}

/** Returns the top-level field that is too deep. */
function deepField(frame: ProtooFrame): string {
  const fields = Object.entries(Object('data' in frame ? frame.data : undefined) as object);
  return fields.find(([, value]) => isDeep(value))?.[0].slice(0, 64) ?? 'data';
}

/**
 * Returns whether the value has more levels than appData may have. Searches depth-first, and no deeper than the limit, so
 * that it ends soon.
 */
function isDeep(root: unknown): boolean {
  const waiting: [value: unknown, depth: number][] = [[root, 0]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [value, depth] = next;
    if (depth > MAX_APP_DATA_DEPTH) return true;
    if (typeof value !== 'object' || value === null) continue;
    for (const below of Object.values(value) as unknown[])
      if (typeof below === 'object') waiting.push([below, depth + 1]);
  }
  return false;
}
