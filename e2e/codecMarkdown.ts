import {
  type CodecName,
  type ModeName,
  type Outcome,
  type Row,
  browserNames,
  codecNames,
  codecTable,
  modeNames,
} from './codecTable.ts';

const words: Readonly<Record<Outcome | Extract<Row, string>, string>> = {
  layers: 'decoded, with layers',
  decoded: 'decoded, one layer',
  'lowest layer': '**lowest layer only**',
  nothing: '**not decoded**',
  'no codec': 'codec missing',
  refused: 'refused',
  'not verified': 'not verified',
};

const pairs = browserNames.flatMap((from) => browserNames.map((to) => ({ from, to })));

function cellsOf(codec: CodecName, mode: ModeName): string {
  return pairs
    .map(({ from, to }) => {
      const row = codecTable[from][codec][mode];
      return words[typeof row === 'string' ? row : row[to]];
    })
    .join(' | ');
}

const title = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** Table of `docs/codecs.md`. Modes of a codec with the same results share a line. */
export function codecMarkdown(): string {
  const head = ['Codec', 'Sent as', ...pairs.map(({ from, to }) => `${title(from)} to ${title(to)}`)];
  const lines = codecNames.flatMap((codec) => {
    const modes = new Map<string, ModeName[]>();
    for (const mode of modeNames) {
      const cells = cellsOf(codec, mode);
      modes.set(cells, [...(modes.get(cells) ?? []), mode]);
    }
    return [...modes].map(([cells, names]) => `| ${codec} | ${names.join(', ')} | ${cells} |`);
  });
  return [`| ${head.join(' | ')} |`, `| ${head.map(() => '---').join(' | ')} |`, ...lines].join('\n');
}
