import { expect, test } from 'vitest';
import { literalsOf } from '@tureen/testkit/markdown/declarations';
import { fileOf, pageOf, sectionOf } from '@tureen/testkit/markdown/markdown';
import { TureenError, type TureenErrorCode } from './errors.ts';

const codes = literalsOf(fileOf('packages/client/src/shared/errors.ts'), 'TureenErrorCode') as TureenErrorCode[];
const page = pageOf('docs/errors.md');

test('docs/errors.md has a section for every code, and no other', () => {
  const documented = [...page.matchAll(/^### `(\w+)`$/gm)].map(([, code]) => code);

  expect(codes.length).toBeGreaterThan(10);
  expect(documented.toSorted()).toEqual(codes.toSorted());
});

test.each(codes)('docs/errors.md says when %s occurs, what to do, and whether to try again', (code) => {
  const section = sectionOf(page, `\`${code}\``);
  const { retryable } = new TureenError(code, '');

  expect(section).toMatch(/^\*\*When\*\* \S/m);
  expect(section).toMatch(/^\*\*What to do\*\* \S/m);
  expect(section).toMatch(retryable ? /^\*\*Retryable\*\* yes/m : /^\*\*Retryable\*\* no/m);
});
