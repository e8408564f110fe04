const SECTIONS = ['Decision', 'Reason', 'What would change it'];

/** Problems of one decision: its name, its title and its sections. */
function problemsOfDecision({ name, text }) {
  const problems = [];
  if (!/^\d{4}-[\da-z-]+\.md$/.test(name)) problems.push(`${name}: expected a name such as 0010-cname.md`);
  if (titleOf(text) === undefined) problems.push(`${name}: expected a title in the first line`);
  const sections = text.split(/^## /m).slice(1);
  const headings = sections.map((section) => section.split('\n', 1)[0]);
  if (headings.join('|') !== SECTIONS.join('|')) problems.push(`${name}: expected the sections ${SECTIONS.join(', ')}`);
  for (const section of sections) {
    const [heading, ...lines] = section.split('\n');
    if (lines.join('').trim() === '') problems.push(`${name}: section ${heading} is empty`);
  }
  return problems;
}

const titleOf = (text) => /^# (.+)\n/.exec(text)?.[1];

/** Problems of all decisions and of their index, one text each. `decisions` have a `name` and a `text`. */
export function problemsOfDecisions(decisions, index) {
  const problems = decisions.flatMap(problemsOfDecision);
  const names = new Map();
  for (const { name } of decisions) {
    const number = name.slice(0, 4);
    if (names.has(number)) problems.push(`${name}: the number is taken by ${names.get(number)}`);
    names.set(number, name);
  }
  const rows = decisions.map(({ name, text }) => `[${name.slice(0, 4)}](${name})|${titleOf(text)}`);
  const indexed = [...index.matchAll(/^\| (\[\d{4}\]\([^)]+\)) +\| (.+?) +\|$/gm)].map(
    ([, link, title]) => `${link}|${title}`,
  );
  for (const row of rows) if (!indexed.includes(row)) problems.push(`the index lacks the row ${row}`);
  for (const row of indexed) if (!rows.includes(row)) problems.push(`the index has a row of no decision: ${row}`);
  if (indexed.length > new Set(indexed).size) problems.push('the index lists a decision twice');
  return problems;
}
