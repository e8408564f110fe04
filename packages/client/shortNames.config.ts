import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const vendor = new URL('node_modules/mediasoup-client/lib/', import.meta.url);
/** The only ones that touch mediasoup-client. */
const own = new URL('src/media/', import.meta.url);

const member = /(?<![\w$])_[A-Za-z]\w*/g;
/** A field, or a method or an accessor, on a line of its own in a class. */
const declared = /^ {4}(?:static )?(?:async |get |set )?(_[a-z]\w+)(?: = |;|\()/gm;

/** Of the files in `folder` whose path matches. */
function textOf(folder: URL, path: RegExp): string {
  const files = readdirSync(fileURLToPath(folder), { recursive: true, encoding: 'utf8' });
  const texts = files.filter((file) => path.test(file)).sort();
  return texts.map((file) => readFileSync(new URL(file, folder), 'utf8')).join('\n');
}

const countOf = (names: readonly string[]) => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
};

/**
 * A short name for each private member of mediasoup-client, by its own: `_a` for the most frequent one, and so on, the same in
 * every build. A name that is in our own sources stays, and none is given that either side has.
 */
function shortNames(): ReadonlyMap<string, string> {
  // Its tests, and the handler for tests, are not published.
  const text = textOf(vendor, /^(?!test\/)(?!.*Fake).*\.js$/);
  const quoted = /["'`]_[a-z]\w*["'`]/.exec(text);
  if (quoted !== null) throw new Error(`mediasoup-client reaches a member by its text: ${quoted[0]}`);
  const counts = countOf(text.match(member) ?? []);
  const ours = new Set(textOf(own, /\.ts$/).match(member));
  const names = new Set([...text.matchAll(declared)].map(([, name = '']) => name).filter((name) => !ours.has(name)));
  const frequent = [...names].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || (a < b ? -1 : 1));

  const shorts = new Map<string, string>();
  let next = 10;
  for (const name of frequent) {
    let short: string;
    do short = `_${(next++).toString(36)}`;
    while (counts.has(short) || ours.has(short) || /^_\d/.test(short));
    shorts.set(name, short);
  }
  return shorts;
}

const shorts = shortNames();

/** The code of a module of mediasoup-client, with its private members renamed. */
export const withShortNames = (code: string): string => code.replace(member, (name) => shorts.get(name) ?? name);
