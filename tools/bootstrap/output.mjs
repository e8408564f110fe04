const SHOWN_LINES = 60;

/** The last lines of what a failed program wrote: the reason is there. */
export function tail(output, lines = SHOWN_LINES) {
  const all = output.trimEnd().split('\n');
  const shown = all.slice(-lines);
  return shown.length < all.length
    ? [`(${all.length - shown.length} lines before)`, ...shown].join('\n')
    : shown.join('\n');
}
