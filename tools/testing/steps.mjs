import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../bootstrap/children.mjs';
import { tail } from '../bootstrap/output.mjs';
import { countAudit, countCheck, countPlaywright, countVitest } from './counts.mjs';

const SHOWN_LINES = 400;
const SILENCE_MS = 10_000;

const ALL = ['quick', 'test', 'full'];
const LONG = ['test', 'full'];

/** Tiers of tests, from short to long: `npm run test:quick`, `npm test`, `npm run test:full`. A step names its tiers. */
export const TIERS = ALL;

const unitReport = (report) => ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];

const browserStep = {
  printsProgress: true,
  args: () => ['--reporter=list,json'],
  env: (report) => ({ PLAYWRIGHT_JSON_OUTPUT_FILE: report }),
  // Playwright closes its browsers on this signal.
  stopSignal: 'SIGINT',
  count: countPlaywright,
};

const command = { printsProgress: true, count: countCheck };

/**
 * Steps in their order. Each is the script of that name in the root package.json. `build` comes before `e2e`, whose plain HTML page
 * loads the built UMD file. `printsProgress`: the step's output shows the progress and is printed immediately.
 */
export const STEPS = [
  { name: 'lint', tiers: ALL, count: countCheck },
  { name: 'types', tiers: ALL, count: countCheck },
  { name: 'unit', tiers: ALL, printsProgress: true, args: unitReport, count: countVitest },
  { name: 'smoke', tiers: ['quick'], ...browserStep },
  { name: 'build', tiers: LONG, count: countCheck },
  { name: 'size', tiers: LONG, count: countCheck },
  // Finds unused files, exports and dependencies, and checks the tarballs that npm would publish, in an app too.
  { name: 'packaging', tiers: LONG, count: countCheck },
  // The result depends on the network and on the day, not on the change under test.
  { name: 'audit', tiers: LONG, printsProgress: true, isForCi: true, args: (report) => [report], count: countAudit },
  { name: 'e2e', tiers: LONG, ...browserStep },
  { name: 'e2e:full', tiers: ['full'], ...browserStep },
  // Installs older versions of Node, and other bundlers, from the registry.
  { name: 'packaging:full', tiers: ['full'], ...command },
  { name: 'faults', tiers: ['full'], printsProgress: true, args: unitReport, count: countVitest },
  { name: 'faults:browser', tiers: ['full'], ...browserStep },
  { name: 'fuzz', tiers: ['full'], ...command },
  { name: 'fuzz:weigh', tiers: ['full'], ...command },
  { name: 'soak', tiers: ['full'], ...command },
  { name: 'soak:browser', tiers: ['full'], ...browserStep },
  { name: 'outages', tiers: ['full'], ...command },
];

/** Chooses the steps of `only`, or those of the tier where `only` is empty. Leaves out steps without a script. */
export function chooseSteps(only, scripts, { isCi = false, tier = 'test' } = {}) {
  const unknown = only.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) return { unknown, steps: [] };
  const isInTier = ({ tiers, isForCi = false }) => tiers.includes(tier) && (isCi || !isForCi);
  const isChosen = (step) => (only.length === 0 ? isInTier(step) : only.includes(step.name));
  const steps = STEPS.filter((step) => scripts[step.name] !== undefined && isChosen(step));
  return { unknown, steps };
}

async function readReport(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Prints output immediately, and a line after ten seconds without output. */
async function runPrinting(step, command, args, options, progress) {
  progress.say(`• ${step.name}`);
  if (progress.isTty) return run(command, args, { ...options, stdio: ['ignore', 'inherit', 'inherit'] });
  const started = Date.now();
  let timer;
  const rewind = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      progress.say(`  … ${step.name}: ${Math.round((Date.now() - started) / 1000)} s`);
      rewind();
    }, SILENCE_MS);
  };
  rewind();
  const onOutput = (chunk) => {
    process.stdout.write(chunk);
    rewind();
  };
  const result = await run(command, args, { ...options, onOutput });
  clearTimeout(timer);
  return result;
}

async function runQuiet(step, command, args, options, progress) {
  let result;
  const work = async (setDetail) => {
    result = await run(command, args, { ...options, onLine: setDetail });
    if (result.code !== 0) throw new Error(step.name); // marks the line as failed
  };
  await progress.during(step.name, work).catch(() => {
    progress.say(tail(result.output, SHOWN_LINES));
  });
  return result;
}

/**
 * Runs one step and counts its results.
 * @returns {Promise<import('./counts.mjs').Counts & { name: string, ms: number }>}
 */
export async function runStep(step, { root, env, reports, progress }) {
  const report = join(reports, `${step.name}.json`);
  const args = ['run', step.name, ...(step.args?.(report) ?? [])];
  const options = { cwd: root, env: { ...env, ...step.env?.(report) }, stopSignal: step.stopSignal };
  const started = Date.now();
  const { code } = await (step.printsProgress ? runPrinting : runQuiet)(step, 'pnpm', args, options, progress);
  return { name: step.name, ms: Date.now() - started, ...step.count(await readReport(report), code === 0) };
}
