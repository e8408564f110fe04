const FIRST_TICK_MS = 2_000;
const TTY_INTERVAL_MS = 1_000;
const PLAIN_INTERVAL_MS = 10_000;
const CLEAR_LINE = '\r\u001b[2K';

/** `9.4 s`, `1 min 05 s` */
export function formatDuration(ms) {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/**
 * Reports progress. In a terminal, one line is refreshed every second. Elsewhere (CI, a pipe), a new line every ten seconds shows that the
 * command still runs.
 */
export function createProgress({ stream = process.stdout, isTty = Boolean(stream.isTTY), now = Date.now } = {}) {
  const say = (text = '') => stream.write(`${text}\n`);

  function watch(label, detailOf) {
    const started = now();
    let timer;
    const tick = () => {
      const detail = detailOf();
      const text = `  … ${label}: ${formatDuration(now() - started)}${detail ? `, ${detail}` : ''}`;
      if (isTty) stream.write(CLEAR_LINE + text.slice(0, (stream.columns ?? 80) - 1));
      else say(text);
      timer = setTimeout(tick, isTty ? TTY_INTERVAL_MS : PLAIN_INTERVAL_MS);
    };
    timer = setTimeout(tick, isTty ? FIRST_TICK_MS : PLAIN_INTERVAL_MS);
    return () => {
      clearTimeout(timer);
      if (isTty) stream.write(CLEAR_LINE);
      return now() - started;
    };
  }

  /**
   * Runs work under a label: prints the label immediately, progress while the work runs, and the duration at the end.
   * @template T
   * @param {string} label
   * @param {(setDetail: (text: string) => void) => Promise<T>} work
   * @param {{ faultOf?: (result: T) => string | undefined }} [options] `faultOf` returns the reason of a result that is a failure
   * @returns {Promise<T>}
   */
  async function during(label, work, { faultOf = () => undefined } = {}) {
    say(`• ${label}`);
    let detail = '';
    const stop = watch(label, () => detail);
    try {
      const result = await work((text) => {
        detail = text.trim();
      });
      const took = formatDuration(stop());
      const fault = faultOf(result);
      say(fault === undefined ? `  ✓ ${label} (${took})` : `  ✗ ${label} (${took}): ${fault}`);
      return result;
    } catch (error) {
      say(`  ✗ ${label} (${formatDuration(stop())})`);
      throw error;
    }
  }

  return { say, during, watch, isTty };
}
