import { describe, expect, it } from 'vitest';
import { literalsOf } from '@tureen/testkit/markdown/declarations';
import { codeIn, fileOf, pageOf, rowsOf, sectionOf } from '@tureen/testkit/markdown/markdown';

const page = pageOf('packages/client/AGENTS.md');

describe('AGENTS.md', () => {
  it('lists each error code once', () => {
    const codes = literalsOf(fileOf('packages/client/src/shared/errors.ts'), 'TureenErrorCode');
    const listed = rowsOf(sectionOf(page, 'Errors')).flatMap(([cell = '']) => codeIn(cell));

    expect(codes.length).toBeGreaterThan(10);
    expect(listed.toSorted()).toEqual(codes.toSorted());
  });

  it('has at most 100 lines', () => {
    expect(page.trimEnd().split('\n').length).toBeLessThanOrEqual(100);
  });
});
