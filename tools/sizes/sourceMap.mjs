const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUE_OF = new Map([...DIGITS].map((digit, value) => [digit, value]));

/** Decodes one segment of the field `mappings`: numbers in base 64, least significant digits first, the sign in the lowest bit. */
function numbersIn(segment) {
  const numbers = [];
  let [value, shift] = [0, 0];
  for (const digit of segment) {
    const bits = VALUE_OF.get(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
}

/**
 * Counts the characters of `code` that its source map assigns to each source. A character belongs to the last segment before it. The key
 * `null` counts characters without a source.
 * @param {{ code: string, map: { sources: string[], mappings: string } }} options
 * @returns {Map<string | null, number>}
 */
export function charactersBySource({ code, map }) {
  const counts = new Map();
  const add = (source, count) => count > 0 && counts.set(source, (counts.get(source) ?? 0) + count);
  const segmentsOf = map.mappings.split(';');
  let index = 0;
  code.split('\n').forEach((line, number) => {
    let [from, column, source] = [0, 0, null];
    for (const segment of (segmentsOf[number] ?? '').split(',').filter(Boolean)) {
      const [columns, sources] = numbersIn(segment);
      column += columns;
      add(source, column - from);
      from = column;
      index += sources ?? 0;
      source = sources === undefined ? null : map.sources[index];
    }
    add(source, line.length - from);
  });
  return counts;
}
