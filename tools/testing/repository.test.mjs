import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../bootstrap/paths.mjs';
import { fileUrl, readPublication } from '../packing/publication.mjs';

const read = (path) => readFileSync(join(ROOT, path), 'utf8');
const forms = readdirSync(join(ROOT, '.github/ISSUE_TEMPLATE')).map((name) => `.github/ISSUE_TEMPLATE/${name}`);
const publication = await readPublication();
const repository = publication.bugs.url.replace(/issues\/?$/, '');

describe('the issue forms', () => {
  it('ask for version, dialect, server, browser, code and trace of a bug', () => {
    const ids = [...read('.github/ISSUE_TEMPLATE/bug.yml').matchAll(/^ {4}id: (\w+)$/gm)].map(([, id]) => id);

    expect(ids).toEqual(['problem', 'version', 'dialect', 'server', 'browser', 'code', 'trace']);
  });

  it('list every dialect', () => {
    const bug = read('.github/ISSUE_TEMPLATE/bug.yml');
    const dialects = readdirSync(join(ROOT, 'packages/server/src/dialects'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.endsWith('-shared'))
      .map(({ name }) => name);

    expect(dialects.length).toBeGreaterThan(3);
    expect(dialects.filter((name) => !bug.includes(`        - ${name}\n`))).toEqual([]);
  });

  it.each(forms)('%s links to files of the repository that tools/publish.json names', (form) => {
    const links = [...read(form).matchAll(/https:\/\/[^\s)]+/g)].map(([url]) => url);
    const files = fileUrl(publication, '');
    const paths = links.filter((url) => url.startsWith(files)).map((url) => url.slice(files.length));

    expect(links.filter((url) => !url.startsWith(repository))).toEqual([]);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
