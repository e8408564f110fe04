/**
 * Asks the registry for known vulnerabilities in the installed dependencies. Exits with code 1 for a vulnerability of level
 * high or critical. Reports a registry that does not respond, without failing.
 */
import { writeFile } from 'node:fs/promises';
import { run } from './bootstrap/children.mjs';
import { EXIT } from './bootstrap/exit.mjs';
import { main } from './bootstrap/main.mjs';
import { ROOT } from './bootstrap/paths.mjs';
import { findingsIn } from './testing/audit.mjs';

const TIMEOUT_MS = 60_000;

await main(async () => {
  const args = ['audit', '--prod', '--audit-level', 'high'];
  const env = { ...process.env, pnpm_config_fetch_retries: '0' };
  const result = await run('pnpm', args, { cwd: ROOT, env, timeoutMs: TIMEOUT_MS });
  const { kind, text } = findingsIn(result);
  console.log(text);
  const [, , report] = process.argv;
  if (report !== undefined) await writeFile(report, JSON.stringify({ kind }));
  return kind === 'found' ? EXIT.failed : EXIT.ok;
});
