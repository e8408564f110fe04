import { expect, test } from 'vitest';
import { closeCodeOf, endReasons } from '@tureen/protocol/common';
import { literalsOf } from '@tureen/testkit/markdown/declarations';
import { codeIn, fileOf, pageOf, rowsOf, sectionOf } from '@tureen/testkit/markdown/markdown';
import { TureenError, type TureenErrorCode } from './errors.ts';

const codes = literalsOf(fileOf('packages/client/src/shared/errors.ts'), 'TureenErrorCode') as TureenErrorCode[];
const page = pageOf('docs/errors.md');

test('docs/errors.md has a section for each code, and no other', () => {
  const documented = [...page.matchAll(/^### `(\w+)`$/gm)].map(([, code]) => code);

  expect(codes.length).toBeGreaterThan(10);
  expect(documented.toSorted()).toEqual(codes.toSorted());
});

test.each(codes)('docs/errors.md says when %s occurs, what to do, and whether to retry', (code) => {
  const section = sectionOf(page, `\`${code}\``);
  const { retryable } = new TureenError(code, '');

  // A sentence, or a list.
  expect(section).toMatch(/^\*\*When\*\*(?: |\n\n- )\S/m);
  expect(section).toMatch(/^\*\*What to do\*\* \S/m);
  expect(section).toMatch(retryable ? /^\*\*Retryable\*\* yes/m : /^\*\*Retryable\*\* no/m);
});

test('docs/errors.md has a row for each reason of the server, and no other', () => {
  const documented = rowsOf(sectionOf(page, 'Reasons')).flatMap(([reason = '']) => codeIn(reason));

  expect(documented.toSorted()).toEqual(endReasons.toSorted());
});

test('docs/errors.md has each reason beside its close code', () => {
  const documented = rowsOf(sectionOf(page, 'Close codes')).flatMap(([code = '', reasons = '']) =>
    codeIn(reasons).map((reason) => [reason, Number(code)]),
  );

  // The row of 4000 says "all others".
  const expected = endReasons.map((reason) => [reason, closeCodeOf(reason)]).filter(([, code]) => code !== 4000);
  expect(documented.toSorted()).toEqual(expected.toSorted());
});
