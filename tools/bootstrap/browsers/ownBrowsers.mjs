import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { run } from '../children.mjs';
import { cacheFolder } from '../paths.mjs';
import { readStamp, writeStamp } from '../stamp.mjs';

const PROBE = fileURLToPath(new URL('probe.mjs', import.meta.url));
const RESPONSE_MS = 5_000;
const DOWNLOAD_MS = 900_000;
const RETRY_AFTER_MS = 24 * 3_600_000;

/** Whether a remembered refusal still counts: for the same version of Playwright, for a day. */
export function isRefusalFresh(stamp, { playwright, now = Date.now() }) {
  return stamp?.playwright === playwright && stamp.refusedAt !== undefined && now - stamp.refusedAt < RETRY_AFTER_MS;
}

async function isReachable(env) {
  const url = env.PLAYWRIGHT_DOWNLOAD_HOST || 'https://cdn.playwright.dev';
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(RESPONSE_MS) });
    return undefined;
  } catch (error) {
    return `${url} cannot be reached (${error.cause?.code ?? error.message})`;
  }
}

async function probe({ root, env }, args = []) {
  const { code, output } = await run('node', [PROBE, ...args], { cwd: root, env, timeoutMs: 90_000 });
  try {
    if (code === 0) return JSON.parse(output.trim().split('\n').at(-1));
  } catch {
    // The probe printed something else: Playwright and its browsers do not work.
  }
  return { chromium: { isUsable: false }, firefox: { isUsable: false } };
}

async function download({ root, env, progress }, names) {
  if (env.PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD) return 'PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD is set';
  const work = async (setDetail) => {
    const unreachable = await isReachable(env);
    if (unreachable) return unreachable;
    const { code, output, isTimedOut } = await run('pnpm', ['exec', 'playwright', 'install', ...names], {
      cwd: root,
      env,
      timeoutMs: DOWNLOAD_MS,
      onLine: setDetail,
    });
    if (isTimedOut) return 'the download took longer than fifteen minutes';
    return code === 0 ? undefined : output.trim().split('\n').at(-1);
  };
  return progress.during(`Looking for Playwright's own ${names.join(' and ')}`, work, {
    faultOf: (refusal) => refusal,
  });
}

/**
 * Finds which of Playwright's own browsers work here, and downloads them where possible. Remembers a refused download for a
 * day, so that the next run does not wait for the same refusal.
 * @param {string[]} names of `chromium`, `firefox`
 * @returns {Promise<string[]>} names of those that work
 */
export async function ownBrowsers(names, context) {
  const { root, progress } = context;
  const manifest = join(root, 'node_modules', '@playwright', 'test', 'package.json');
  const playwright = JSON.parse(await readFile(manifest, 'utf8')).version;
  const stampPath = join(cacheFolder(), 'browsers.json');
  const stamp = await readStamp(stampPath);
  const started = stamp?.playwright === playwright ? (stamp.started ?? []) : [];

  let found = await probe(context);
  const isThere = (name) => found[name]?.isUsable === true;
  let refusal;
  if (!names.every(isThere)) {
    if (isRefusalFresh(stamp, { playwright })) return names.filter((name) => isThere(name) && started.includes(name));
    refusal = await download(
      context,
      names.filter((name) => !isThere(name)),
    );
  }
  // Once for each version of Playwright: an installed browser may lack libraries and not start.
  if (!names.every((name) => started.includes(name))) found = await probe(context, ['launch']);
  for (const name of names) {
    if (found[name]?.reason) progress.say(`  Playwright's own ${name} does not start here: ${found[name].reason}`);
  }
  const usable = names.filter(isThere);
  const isComplete = usable.length === names.length;
  await writeStamp(stampPath, {
    playwright,
    started: usable,
    ...(isComplete ? {} : { refusedAt: Date.now(), refusal }),
  });
  return usable;
}
