/**
 * Asks the registry whether it knows a weakness in what the packages bring along when they are installed; one that is high or
 * critical ends it with code 1. Where the registry does not answer it says so, and that is no failure: nothing was learnt.
 */
import { writeFile } from 'node:fs/promises';
import { run } from './bootstrap/children.mjs';
import { EXIT } from './bootstrap/exit.mjs';
import { main } from './bootstrap/main.mjs';
import { ROOT } from './bootstrap/paths.mjs';
import { findingsIn } from './testing/audit.mjs';

const PATIENCE_MS = 60_000;

await main(async () => {
  const args = ['audit', '--prod', '--audit-level', 'high'];
  const env = { ...process.env, pnpm_config_fetch_retries: '0' };
  const result = await run('pnpm', args, { cwd: ROOT, env, timeoutMs: PATIENCE_MS });
  const { kind, text } = findingsIn(result);
  console.log(text);
  const [, , report] = process.argv;
  if (report !== undefined) await writeFile(report, JSON.stringify({ kind }));
  return kind === 'found' ? EXIT.failed : EXIT.ok;
});
