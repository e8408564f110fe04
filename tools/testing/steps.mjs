import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../bootstrap/children.mjs';
import { tail } from '../bootstrap/output.mjs';
import { countAudit, countCheck, countPlaywright, countVitest } from './counts.mjs';

const SHOWN_LINES = 400;
const SILENCE_MS = 10_000;

const ALL = ['quick', 'test', 'full'];
const LONG = ['test', 'full'];

/** The tiers of tests, each with the steps that name it: `npm run test:quick`, `npm test`, `npm run test:full`. */
export const TIERS = ALL;

const unitReport = (report) => ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];

const browserStep = {
  isTalkative: true,
  args: () => ['--reporter=list,json'],
  env: (report) => ({ PLAYWRIGHT_JSON_OUTPUT_FILE: report }),
  // Playwright closes its browsers on this one.
  stopSignal: 'SIGINT',
  count: countPlaywright,
};

const command = { isTalkative: true, count: countCheck };

/**
 * The steps, in their order. Each is the script of that name in the root package.json; `build` stands before `e2e`,
 * whose plain HTML page loads the built UMD file. `isTalkative`: the output is the progress, so it is printed as it comes.
 */
export const STEPS = [
  { name: 'lint', tiers: ALL, count: countCheck },
  { name: 'types', tiers: ALL, count: countCheck },
  { name: 'unit', tiers: ALL, isTalkative: true, args: unitReport, count: countVitest },
  { name: 'smoke', tiers: ['quick'], ...browserStep },
  { name: 'build', tiers: LONG, count: countCheck },
  { name: 'size', tiers: LONG, count: countCheck },
  // A weakness that others find is no fault of the person who runs the tests; and the step needs the network.
  { name: 'audit', tiers: LONG, isTalkative: true, isForCi: true, args: (report) => [report], count: countAudit },
  { name: 'e2e', tiers: LONG, ...browserStep },
  { name: 'e2e:full', tiers: ['full'], ...browserStep },
  { name: 'faults', tiers: ['full'], isTalkative: true, args: unitReport, count: countVitest },
  { name: 'faults:browser', tiers: ['full'], ...browserStep },
  { name: 'fuzz', tiers: ['full'], ...command },
  { name: 'fuzz:weigh', tiers: ['full'], ...command },
  { name: 'soak', tiers: ['full'], ...command },
  { name: 'soak:browser', tiers: ['full'], ...browserStep },
  { name: 'outages', tiers: ['full'], ...command },
];

/** The steps to run: those asked for; without asking, those of the tier. Steps without a script are left out. */
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

/** Passes output on, and says that the step lives when there was none for a while. */
async function runTalkative(step, command, args, options, progress) {
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
    if (result.code !== 0) throw new Error(step.name); // for the mark at the end of its line
  };
  await progress.during(step.name, work).catch(() => {
    progress.say(tail(result.output, SHOWN_LINES));
  });
  return result;
}

/**
 * Runs one step to its end, whatever that is.
 * @returns {Promise<import('./counts.mjs').Counts & { name: string, ms: number }>}
 */
export async function runStep(step, { root, env, reports, progress }) {
  const report = join(reports, `${step.name}.json`);
  const args = ['run', step.name, ...(step.args?.(report) ?? [])];
  const options = { cwd: root, env: { ...env, ...step.env?.(report) }, stopSignal: step.stopSignal };
  const started = Date.now();
  const { code } = await (step.isTalkative ? runTalkative : runQuiet)(step, 'pnpm', args, options, progress);
  return { name: step.name, ms: Date.now() - started, ...step.count(await readReport(report), code === 0) };
}
