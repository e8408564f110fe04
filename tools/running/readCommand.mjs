import { parseNeeds } from '../bootstrap/needs.mjs';

const USAGE = 'node tools/run.mjs [--needs=NAME,...] [--source] COMMAND [ARGUMENT...]';

/**
 * Reads the arguments of tools/run.mjs. The command begins at the first argument without a dash.
 * @param {string[]} argv
 * @returns {{ needs: string[], isFromSource: boolean, command: string[] }}
 */
export function readCommand(argv) {
  const start = argv.findIndex((argument) => !argument.startsWith('-'));
  if (start === -1) throw new RangeError(`Missing command. Usage: ${USAGE}`);
  const read = { needs: [], isFromSource: false, command: argv.slice(start) };
  for (const flag of argv.slice(0, start)) {
    if (flag === '--source') read.isFromSource = true;
    else if (flag.startsWith('--needs=')) read.needs = parseNeeds(flag.slice('--needs='.length));
    else throw new RangeError(`Unknown flag: ${flag}. Usage: ${USAGE}`);
  }
  return read;
}
