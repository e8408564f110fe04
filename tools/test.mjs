/**
 * `npm test`, `npm run test:quick`, `npm run test:full`: sets up, runs the steps of the tier, and ends with one line that counts all
 * results.
 * Exit codes: bootstrap/exit.mjs.
 */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { removeAtExit } from './bootstrap/cleanup.mjs';
import { EXIT, Stop } from './bootstrap/exit.mjs';
import { main } from './bootstrap/main.mjs';
import { needsOfScript } from './bootstrap/needs.mjs';
import { ROOT } from './bootstrap/paths.mjs';
import { createProgress, formatDuration } from './bootstrap/progress.mjs';
import { lastLine, sum } from './testing/counts.mjs';
import { STEPS, TIERS, chooseSteps, runStep } from './testing/steps.mjs';

const HELP = `npm test -- [options]

  --tier=TIER          ${TIERS.join(', ')}; default test
  --only=unit,lint     only these steps. Steps: ${STEPS.map(({ name }) => name).join(', ')}
  --summary-file=PATH  also write the last line into this file
  --help               print this help`;

function readFlags() {
  const options = {
    tier: { type: 'string', default: 'test' },
    only: { type: 'string' },
    'summary-file': { type: 'string' },
    help: { type: 'boolean' },
  };
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new Stop(EXIT.usage, `${error.message}\n\n${HELP}`);
  }
}

function describe({ passed, failed, skipped }) {
  const parts = [`${passed} passed`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (skipped > 0) parts.push(`${skipped} skipped`);
  return parts.join(', ');
}

await main(async () => {
  const flags = readFlags();
  if (flags.help) {
    console.log(HELP);
    return EXIT.ok;
  }
  const only = (flags.only ?? '').split(',').filter((name) => name !== '');
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  if (!TIERS.includes(flags.tier)) throw new Stop(EXIT.usage, `Unknown tier: ${flags.tier}\n\n${HELP}`);
  const isCi = (process.env.CI ?? '') !== '';
  const { steps, unknown } = chooseSteps(only, scripts, { isCi, tier: flags.tier });
  if (unknown.length > 0) throw new Stop(EXIT.usage, `Unknown step: ${unknown.join(', ')}\n\n${HELP}`);

  const progress = createProgress();
  const started = Date.now();
  const needs = [...new Set(steps.flatMap((step) => needsOfScript(scripts[step.name])))];
  const env = await bootstrap({ progress, needs });

  const reports = removeAtExit(await mkdtemp(join(tmpdir(), 'tureen-test-')));
  const results = [];
  for (const step of steps) results.push(await runStep(step, { root: ROOT, env, reports, progress }));

  const total = sum(results);
  progress.say();
  for (const { name, ms, ...counts } of results) {
    const mark = counts.failed > 0 ? '✗' : '✓';
    progress.say(`  ${mark} ${name.padEnd(14)} ${formatDuration(ms).padStart(11)}   ${describe(counts)}`);
  }
  progress.say(`  total ${formatDuration(Date.now() - started)}`);
  if (flags['summary-file']) await writeFile(flags['summary-file'], `${lastLine(total)}\n`);
  progress.say(lastLine(total));
  return total.failed > 0 ? EXIT.failed : EXIT.ok;
});
