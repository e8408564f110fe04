/**
 * `node tools/run.mjs [--needs=NAME,...] [--source] COMMAND [ARGUMENT...]`: runs a command of the root package.json in the environment
 * that the set-up found. So a script needs no variable and no newer Node on PATH. Variables of the user win. If something is
 * missing, the set-up runs first (`tools/setup.mjs`). `--source` runs the packages from `src/` instead of `dist/`.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { screenPrefix } from './bootstrap/browsers/screen.mjs';
import { removeAtExit } from './bootstrap/cleanup.mjs';
import { childEnvironment } from './bootstrap/environment.mjs';
import { readEnvironmentFile } from './bootstrap/environmentFile.mjs';
import { EXIT } from './bootstrap/exit.mjs';
import { ROOT } from './bootstrap/paths.mjs';
import { passThrough } from './running/passThrough.mjs';
import { readCommand } from './running/readCommand.mjs';
import { unmetNeeds } from './running/unmetNeeds.mjs';

const SETUP = fileURLToPath(new URL('setup.mjs', import.meta.url));
const SOURCE_CONDITION = '--conditions=tureen-source';

function commandEnvironment({ pathFirst, variables }, { isFromSource }) {
  const folders = [...pathFirst, join(ROOT, 'node_modules', '.bin')];
  const env = { ...variables, ...childEnvironment({ pathFirst: folders }) };
  if (isFromSource) env.NODE_OPTIONS = [env.NODE_OPTIONS, SOURCE_CONDITION].filter(Boolean).join(' ');
  return env;
}

async function runCommand({ needs, isFromSource, command }) {
  const unmet = await unmetNeeds({ root: ROOT, needs, env: process.env, found: readEnvironmentFile() });
  if (unmet.length > 0) {
    console.error(`Setting up first: ${unmet.join(', ')}`);
    // To stderr, because a program may read the command's output.
    const stdio = ['ignore', process.stderr, process.stderr];
    const args = [SETUP, `--needs=${needs.join(',')}`];
    const code = await passThrough(process.execPath, args, { cwd: ROOT, env: process.env, stdio });
    if (code !== EXIT.ok) return code;
  }
  const env = commandEnvironment(readEnvironmentFile(), { isFromSource });
  const scratch = () => removeAtExit(mkdtempSync(join(tmpdir(), 'tureen-screen-')));
  const prefix = needs.includes('screen') && !env.DISPLAY ? screenPrefix({ env, scratch: scratch() }) : [];
  const [program, ...args] = [...prefix, ...command];
  return passThrough(program, args, { cwd: ROOT, env });
}

try {
  process.exitCode = await runCommand(readCommand(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof RangeError)) throw error;
  console.error(error.message);
  process.exitCode = EXIT.usage;
}
