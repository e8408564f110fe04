/**
 * What `pnpm audit` came to. It ends with the same code where it found something and where it could not ask.
 * @param {{ code: number | null, output: string, isTimedOut: boolean }} result
 * @returns {{ kind: 'clean' | 'found' | 'unasked', text: string }}
 */
export function findingsIn({ code, output, isTimedOut }) {
  if (code === 0) return { kind: 'clean', text: `${output.trim()}\nNo weakness of level high or critical.` };
  const isUnasked = code === null || isTimedOut || /ERR_PNPM_/.test(output);
  if (!isUnasked) return { kind: 'found', text: output.trim() };
  // Without the address: it may be that of a mirror nobody else has.
  const [, answered] = /responded with (\d+)/.exec(output) ?? [];
  const why = answered === undefined ? 'it could not be reached' : `it answered ${answered}`;
  return {
    kind: 'unasked',
    text: `NOT AUDITED: the registry was asked what it knows of our dependencies, and ${why}.`,
  };
}
