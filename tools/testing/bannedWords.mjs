/** Finds words that docs/style.md bans in docs, comments, strings and test titles. */

export const BANNED_PHRASES = [
  'anew',
  'nobody',
  'somebody',
  'shall',
  'of ours',
  'for good',
  'is told',
  'are told',
  'by itself',
  'to its end',
  'goes on',
  'makes no sense',
  'in vain',
  'the news',
  'take up',
  'taken up',
];

/** British spellings, as beginnings of words. */
export const BRITISH_SPELLINGS = [
  'signalling',
  'behaviour',
  'colour',
  'favour',
  'honour',
  'neighbour',
  'catalogue',
  'analyse(?!r)',
  'initialis',
  'normalis',
  'serialis',
  'recognis',
  'organis',
  'optimis(?!ti)',
  'labelled(?!by)',
  'travelled',
  'cancelled',
  'cancelling',
  'licence',
  'judgement',
  'centre',
  'defence',
  'fulfil(?!l)',
  'whilst',
];

// Words of a phrase may stand on two lines, with the mark of a comment or a quotation between them.
const GAP = String.raw`(?:[ \t]|\r?\n[ \t]*(?:\*|//|#|>)?)+`;
const phrases = BANNED_PHRASES.map((phrase) => phrase.split(' ').join(GAP)).join('|');
const PATTERN = new RegExp(`\\b(?:(?:${phrases})\\b|(?:${BRITISH_SPELLINGS.join('|')})\\w*)`, 'gi');

/** Replaces what `pattern` matches by spaces, and keeps the line breaks. */
const blank = (text, pattern) => text.replace(pattern, (match) => match.replace(/[^\n]/g, ' '));

function withoutQuotations(text) {
  const withoutBlocks = blank(blank(text, /^([ \t]*)(```|~~~)[^]*?^\1\2[ \t]*$/gm), /^[ \t]*>.*$/gm);
  return blank(withoutBlocks, /(`+)(?!`)[^]*?(?<!`)\1(?!`)/g);
}

/** Comments of TypeScript and JavaScript may hold code spans. A template literal is text, so only comments lose theirs. */
function withoutSpansInComments(text) {
  return text.replace(/^[ \t]*(?:\/\*\*?|\*|\/\/).*$/gm, (line) => blank(line, /`[^`\n]*`/g));
}

/** Returns `{ line, words }` for each banned phrase in a text. `path` decides how the text is read. */
export function bannedWordsIn(path, text) {
  const read = path.endsWith('.md') ? withoutQuotations(text) : withoutSpansInComments(text);
  return [...read.matchAll(PATTERN)].map((match) => ({
    line: read.slice(0, match.index).split('\n').length,
    words: match[0].replace(new RegExp(GAP, 'g'), ' '),
  }));
}
