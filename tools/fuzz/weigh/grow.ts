/** A place in a message that can grow: its path and its kind. */
export interface Place {
  readonly path: readonly string[];
  readonly kind: 'array' | 'object' | 'text' | 'sdp';
}

/** Lines that make an offer expensive, each in a different way. */
const sdpLines: readonly ((n: number) => string)[] = [
  (n) => `a=ssrc:${String(1_000_000 + n)} cname:c`,
  (n) => `a=ssrc-group:FID ${String(1_000_000 + n)} ${String(2_000_000 + n)}`,
  (n) => `a=rtpmap:${String(n % 128)} VP8/90000`,
  (n) => `a=fmtp:${String(n % 128)} a=1;b=2;c=3;d=4`,
  (n) => `a=rtcp-fb:${String(n % 128)} nack pli`,
  (n) => `a=extmap:${String(n % 255)} urn:x:${String(n)}`,
  (n) => `a=candidate:${String(n)} 1 udp 1 192.0.2.1 1 typ host`,
  (n) => `a=rid:r${String(n)} send`,
  () => 'm=video 9 UDP/TLS/RTP/SAVPF 96',
  () => 'a=x',
];

/** Number of ways in which an offer can grow. */
export const sdpWays = sdpLines.length;

/** Lists all places of a message that can grow. */
export function placesOf(data: unknown, path: readonly string[] = []): Place[] {
  if (typeof data === 'string') return [{ path, kind: data.startsWith('v=0') ? 'sdp' : 'text' }];
  if (typeof data !== 'object' || data === null) return [];
  const below = Object.entries(data).flatMap(([key, value]) => placesOf(value, [...path, key]));
  return [{ path, kind: Array.isArray(data) ? 'array' : 'object' }, ...below];
}

/** Returns a copy whose place is longer by `count` items, fields, characters or lines. `way` selects what it grows by. */
export function grown(data: unknown, { path, kind }: Place, count: number, way = 0): unknown {
  const root = { data: structuredClone(data) };
  const [container, key] = find(root, ['data', ...path]);
  const value: unknown = container[key];
  switch (kind) {
    case 'array': {
      const items = value as unknown[];
      const [first = {}] = items;
      // Repeats the same object: no code changes an item afterwards, and thousands of copies take seconds.
      for (let n = 0; n < count; n += 1) items.push(first);
      break;
    }
    case 'object':
      for (let n = 0; n < count; n += 1)
        (value as Record<string, unknown>)[`x${String(n)}`] = way === 0 ? 1 : { a: [] };
      break;
    case 'text': {
      const text = value as string;
      container[key] = text + (text.at(-1) ?? 'x').repeat(count);
      break;
    }
    case 'sdp': {
      const line = sdpLines[way % sdpLines.length]!;
      container[key] = (value as string) + Array.from({ length: count }, (_, n) => `${line(n)}\r\n`).join('');
    }
  }
  return root.data;
}

/** Returns a copy in which the last item of an array is wrong. */
export function spoiltAtEnd(data: unknown, { path, kind }: Place): unknown {
  const root = { data: structuredClone(data) };
  const [container, key] = find(root, ['data', ...path]);
  const value = container[key] as Record<string, unknown>;
  const last = Object.keys(value).at(-1);
  if (kind === 'array' && last !== undefined) value[last] = 5;
  return root.data;
}

/** Finds the maximum growth of a place at which `isFit` still accepts the message. */
export function mostGrown(data: unknown, place: Place, way: number, isFit: (grownData: unknown) => boolean): number {
  const bytesOf = (count: number) => JSON.stringify(grown(data, place, count, way)).length;
  const perItem = Math.max((bytesOf(20) - bytesOf(0)) / 20, 1);
  let tooMany = Math.ceil(131_072 / perItem) + 1;
  let most = 0;
  // Most bounds are small.
  for (let step = 1; step < tooMany; step *= 4) {
    if (isFit(grown(data, place, step, way))) most = step;
    else tooMany = step;
  }
  while (tooMany - most > 1 && tooMany - most > most / 64) {
    const middle = Math.floor((most + tooMany) / 2);
    if (isFit(grown(data, place, middle, way))) most = middle;
    else tooMany = middle;
  }
  return most;
}

function find(root: object, path: readonly string[]): [container: Record<string, unknown>, key: string] {
  let container = root as Record<string, unknown>;
  for (const key of path.slice(0, -1)) container = container[key] as Record<string, unknown>;
  return [container, path.at(-1) ?? ''];
}
