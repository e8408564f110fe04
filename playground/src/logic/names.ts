/** Returns up to two letters for the avatar: the initials of the first and the last word. */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s._-]+/u)
    .filter((word) => word !== '');
  const [first, last] = [words.at(0), words.length > 1 ? words.at(-1) : undefined];
  const letters = [first, last].map((word) => firstCharacter(word ?? '')).join('');
  return letters === '' ? '?' : letters.toLocaleUpperCase();
}

/** Returns the first grapheme, so that an emoji of several code points stays whole. */
function firstCharacter(word: string): string {
  const [first] = new Intl.Segmenter().segment(word);
  return first?.segment ?? '';
}

/** Returns a hue from 0 to 359 degrees, derived from the ID. */
export function hueOf(id: string): number {
  let hash = 0;
  for (const character of id) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return (hash * 137) % 360;
}

const adjectives = ['amber', 'brisk', 'calm', 'copper', 'gentle', 'golden', 'misty', 'quiet', 'silver', 'warm'];
const nouns = ['basil', 'bay', 'clove', 'fennel', 'ginger', 'juniper', 'lemon', 'pepper', 'saffron', 'thyme'];

/** Returns a room name that is easy to read out and hard to guess, e.g. `calm-saffron-7k3q`. */
export function randomRoomId(): string {
  return `${pick(adjectives)}-${pick(nouns)}-${randomLetters(4)}`;
}

/** Returns a random peer ID with 48 bits of entropy. */
export function randomPeerId(): string {
  return randomLetters(10);
}

function pick(words: readonly string[]): string {
  return words[Math.floor(Math.random() * words.length)] ?? '';
}

/** No letters that are easily confused with others. */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789';

function randomLetters(count: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(count));
  return [...bytes].map((byte) => letters[byte % letters.length]).join('');
}
