import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../bootstrap/paths.mjs';
import { BANNED_PHRASES, bannedWordsIn } from './bannedWords.mjs';

const found = (path, text) => bannedWordsIn(path, text).map(({ words }) => words);

describe('bannedWordsIn()', () => {
  it.each(BANNED_PHRASES)('finds "%s" in Markdown and in code', (phrase) => {
    expect(found('page.md', `The room ${phrase} here.`)).toEqual([phrase]);
    expect(found('file.ts', `throw new Error('The room ${phrase} here.');`)).toEqual([phrase]);
    expect(found('file.ts', `throw new Error(\`The room ${phrase} \${here}.\`);`)).toEqual([phrase]);
  });

  it('finds a phrase that is broken over two lines', () => {
    expect(found('page.md', 'The server is\ntold.')).toEqual(['is told']);
    expect(found('file.ts', '/**\n * The server is\n * told.\n */')).toEqual(['is told']);
    expect(found('file.ts', '  // The server is\n  // told.')).toEqual(['is told']);
  });

  it('finds a phrase in any case, and names its line', () => {
    expect(bannedWordsIn('page.md', '# Title\n\nNobody knows.')).toEqual([{ line: 3, words: 'Nobody' }]);
  });

  it.each(['signalling', 'Behaviour', 'colours', 'normalised', 'cancelled'])(
    'finds the British spelling "%s"',
    (word) => {
      expect(found('page.md', `The ${word} here.`)).toEqual([word]);
    },
  );

  it.each(['marshall', 'shallow', 'forgo one', 'fulfill', 'optimistic', 'their good'])('ignores "%s"', (words) => {
    expect(found('page.md', words)).toEqual([]);
  });

  it('ignores code spans, code blocks and block quotes of Markdown', () => {
    const page = 'Say `nobody` or ``some`body``.\n\n```js\n// nobody\n```\n\n> The server is told.\n';

    expect(found('page.md', page)).toEqual([]);
  });

  it('finds words after a code block', () => {
    expect(bannedWordsIn('page.md', '```sh\nnpm test\n```\n\nNobody.')).toEqual([{ line: 5, words: 'Nobody' }]);
  });

  it('ignores code spans of comments', () => {
    expect(found('file.ts', '/** The former name `nobody`. */')).toEqual([]);
  });
});

/** The two pages that list the words, and the list itself with its test. */
const EXEMPT = [
  'docs/style.md',
  'docs/glossary.md',
  'tools/testing/bannedWords.mjs',
  'tools/testing/bannedWords.test.mjs',
];

const isText = (path) =>
  /\.(md|ts|tsx|js|mjs|cjs|mts|jsx|vue|svelte|html|css|ya?ml|sh)$/.test(path) && !/^pnpm-lock/.test(path);

describe('the texts of the repository', () => {
  it('have no banned words', () => {
    const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT })
      .toString()
      .split('\0')
      .filter((path) => isText(path) && !EXEMPT.includes(path) && existsSync(join(ROOT, path)));
    const problems = files.flatMap((path) =>
      bannedWordsIn(path, readFileSync(join(ROOT, path), 'utf8')).map(({ line, words }) => `${path}:${line}: ${words}`),
    );

    expect(files.length).toBeGreaterThan(500);
    expect(problems).toEqual([]);
  });
});
