/**
 * Reads the result of `pnpm audit`, which exits with the same code for a finding and for a registry that does not respond.
 * @param {{ code: number | null, output: string, isTimedOut: boolean }} result
 * @returns {{ kind: 'clean' | 'found' | 'unavailable', text: string }}
 */
export function findingsIn({ code, output, isTimedOut }) {
  if (code === 0) return { kind: 'clean', text: `${output.trim()}\nNo vulnerability of level high or critical.` };
  const isUnavailable = code === null || isTimedOut || /ERR_PNPM_/.test(output);
  if (!isUnavailable) return { kind: 'found', text: output.trim() };
  // Omits the address, which may be that of a private mirror.
  const [, status] = /responded with (\d+)/.exec(output) ?? [];
  const why = status === undefined ? 'cannot be reached' : `responded with ${status}`;
  return {
    kind: 'unavailable',
    text: `NOT AUDITED: the registry ${why}.`,
  };
}
