import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { problemsOfDecisions } from './decisions.mjs';

const FOLDER = new URL('../../docs/decisions/', import.meta.url);
const pages = readdirSync(FOLDER).map((name) => ({ name, text: readFileSync(new URL(name, FOLDER), 'utf8') }));
const isDecision = ({ name }) => !['README.md', 'renames.md'].includes(name);

const decision = (name, title = 'A room has one name') => ({
  name,
  text: `# ${title}\n\n## Decision\n\nOne.\n\n## Reason\n\nTwo.\n\n## What would change it\n\nThree.\n`,
});
const row = (name, title = 'A room has one name') => `| [${name.slice(0, 4)}](${name}) | ${title} |\n`;

describe('docs/decisions', () => {
  it('has unique numbers, the three sections in each file, and a complete index', () => {
    const index = pages.find(({ name }) => name === 'README.md').text;
    const decisions = pages.filter(isDecision);

    expect(decisions.length).toBeGreaterThan(90);
    expect(problemsOfDecisions(decisions, index)).toEqual([]);
  });
});

describe('problemsOfDecisions', () => {
  const name = '0010-name.md';

  it('accepts a decision that the index lists by its title', () => {
    expect(problemsOfDecisions([decision(name)], row(name))).toEqual([]);
  });

  it('reports a number that two files have', () => {
    const decisions = [decision(name), decision('0010-other.md')];

    expect(problemsOfDecisions(decisions, row(name) + row('0010-other.md'))).toEqual([
      '0010-other.md: the number is taken by 0010-name.md',
    ]);
  });

  it.each([
    ['lacks a section', (text) => text.replace('## Reason\n', ''), 'expected the sections'],
    ['has sections in another order', (text) => text.replace('## Reason', '## Decision'), 'expected the sections'],
    ['has another section', (text) => `${text}\n## Cost\n\nFour.\n`, 'expected the sections'],
    ['has an empty section', (text) => text.replace('Two.', ''), 'section Reason is empty'],
    ['has no title', (text) => text.replace('# A', 'A'), 'expected a title'],
  ])('reports a decision that %s', (_fault, change, problem) => {
    const { text } = decision(name);

    expect(problemsOfDecisions([{ name, text: change(text) }], row(name))[0]).toContain(problem);
  });

  it('reports a decision that the index lacks, and one with another title', () => {
    expect(problemsOfDecisions([decision(name)], '')).toEqual([
      'the index lacks the row [0010](0010-name.md)|A room has one name',
    ]);
    expect(problemsOfDecisions([decision(name)], row(name, 'Another title'))).toHaveLength(2);
  });

  it('reports an index row without a decision, and a row that stands twice', () => {
    expect(problemsOfDecisions([], row(name))).toHaveLength(1);
    expect(problemsOfDecisions([decision(name)], row(name) + row(name))).toEqual(['the index lists a decision twice']);
  });
});
