const SHOWN_LINES = 60;

/** Last lines of a failed program's output, which contain the reason. */
export function tail(output, lines = SHOWN_LINES) {
  const all = output.trimEnd().split('\n');
  const shown = all.slice(-lines);
  return shown.length < all.length
    ? [`(${all.length - shown.length} lines before)`, ...shown].join('\n')
    : shown.join('\n');
}
