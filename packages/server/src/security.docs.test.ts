import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const page = readFileSync(new URL('../../../SECURITY.md', import.meta.url), 'utf8');
const named = [...page.matchAll(/\| `([^`]+\.test\.m?[jt]s)`: "([^"]+)"/g)].map(([, file = '', title = '']) => ({
  file,
  title,
}));

it('SECURITY.md names a test in every row of its table', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| ')).length - 2;
  expect(named).toHaveLength(rows);
});

it.each(named)('SECURITY.md is right that $file has: $title', ({ file, title }) => {
  const base = new URL(/^(fuzz|scripts)\//.test(file) ? '../../../' : './', import.meta.url);
  expect(readFileSync(new URL(file, base), 'utf8')).toContain(`('${title}',`);
});
