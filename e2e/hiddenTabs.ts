import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserType, chromium, firefox } from '@playwright/test';
import { startServer } from '@tureen/server';
import { chromiumArgs, firefoxLaunch } from './launch.ts';
import { TcpRelay } from './relays/TcpRelay.ts';

/**
 * Measures how long a hidden tab needs to notice that its signaling connection died silently. Browsers delay the timers of hidden tabs, and
 * a browser that a test drives hides no tab, so this command starts the browsers as a person does.
 *
 *     npm run bench:hidden-tabs
 *
 * Prints one line for each browser and tab: what the tab does, how long it had been hidden, and the seconds until its room was
 * `reconnecting`. Takes twelve minutes.
 */

/** Chromium throttles more after five minutes. */
const hiddenForMs = { short: 60_000, long: 400_000 } as const;
/** Time after which a tab counts as not noticing, in ms. */
const noticedWithinMs = 300_000;

interface Report {
  readonly name: string;
  readonly what: string;
  readonly visibility: string;
}

const reports = new EventTarget();
const seen = new Map<string, Report[]>();
const reportServer = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.end();
    const report = JSON.parse(Buffer.concat(chunks).toString()) as Report;
    seen.set(report.name, [...(seen.get(report.name) ?? []), report]);
    reports.dispatchEvent(new Event('report'));
  });
});
const reportPort = await listen(reportServer);

const pages = spawn(process.execPath, [join(import.meta.dirname, 'pages/serve.ts'), '0'], {
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
});
const [pagesPort] = (await once(pages, 'message')) as [number];
const server = await startServer({ port: 0, workers: 1, logLevel: 'silent' });

const browsers = [
  { browser: 'Chromium', start: startChromium },
  { browser: 'Firefox', start: startFirefox },
];
await Promise.all(browsers.map(measure));
await server.close();
pages.kill();
// Sockets of the killed browsers may still be open.
process.exit();

async function measure({ browser, start }: (typeof browsers)[number]): Promise<void> {
  const tabs = await Promise.all(
    // The first tab stays in front.
    (['shown', 'short', 'long'] as const).flatMap((hidden) =>
      (['no', 'yes'] as const).map(async (media) => {
        const relay = await TcpRelay.open({ port: server.port });
        const name = `${browser}-${hidden}-${media}`;
        const query = new URLSearchParams({
          name,
          media,
          server: `ws://127.0.0.1:${relay.port}/mediasoup-v3`,
          report: `http://127.0.0.1:${reportPort}/`,
        });
        const url = `http://127.0.0.1:${pagesPort}/pages/hidden-tab/?${query.toString()}`;
        return { name, hidden, media, relay, url };
      }),
    ),
  );
  const folder = await mkdtemp(join(tmpdir(), 'tureen-hidden-'));
  // Only one tab can be in front.
  const opened = tabs.filter(({ hidden, media }) => hidden !== 'shown' || media === 'no');
  const child = await start(
    folder,
    opened.map(({ url }) => url),
  );
  await Promise.all(
    opened.map(async ({ name, hidden, media, relay }) => {
      await reported(name, /^ready$/, 120_000);
      await once(AbortSignal.timeout(hidden === 'long' ? hiddenForMs.long : hiddenForMs.short), 'abort');
      const frozenAt = performance.now();
      relay.freeze();
      const noticed = await reported(name, /^reconnecting$/, noticedWithinMs);
      const seconds = ((performance.now() - frozenAt) / 1000).toFixed(1);
      const back = await reported(name, /^(resumed|rejoined)$/, noticedWithinMs);
      const how = back?.what ?? 'not back';
      const visibility = noticed?.visibility ?? 'unknown';
      const since = hidden === 'long' ? hiddenForMs.long : hiddenForMs.short;
      const doing = media === 'yes' ? 'sends a microphone' : 'no media';
      console.info(
        `${browser}, ${visibility} for ${since / 1000} s, ${doing}: ${noticed === null ? 'not noticed' : `${seconds} s`}, ${how}`,
      );
    }),
  );
  child.kill();
  await once(child, 'exit');
  await Promise.all(tabs.map(({ relay }) => relay.close()));
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Resolves with the first matching report. Null after the timeout. */
async function reported(name: string, what: RegExp, withinMs: number): Promise<Report | null> {
  const signal = AbortSignal.timeout(withinMs);
  for (;;) {
    const found = seen.get(name)?.find((report) => what.test(report.what));
    if (found !== undefined) return found;
    try {
      await once(reports, 'report', { signal });
    } catch {
      return null;
    }
  }
}

/** Browser that the set-up found: the system's, or Playwright's own. */
function browserPath(variable: string, type: BrowserType): string {
  const path = process.env[variable];
  return path === undefined || path === '' ? type.executablePath() : path;
}

async function startChromium(folder: string, urls: readonly string[]): Promise<ChildProcess> {
  const args = [...chromiumArgs, '--no-sandbox', `--user-data-dir=${folder}`, ...urls];
  return spawn(browserPath('TUREEN_CHROMIUM', chromium), args, { stdio: 'ignore' });
}

async function startFirefox(folder: string, urls: readonly string[]): Promise<ChildProcess> {
  const prefs = {
    ...firefoxLaunch.firefoxUserPrefs,
    'browser.shell.checkDefaultBrowser': false,
    'browser.aboutwelcome.enabled': false,
    'browser.startup.homepage_override.mstone': 'ignore',
    'datareporting.policy.dataSubmissionEnabled': false,
    'toolkit.telemetry.reportingpolicy.firstRun': false,
  };
  const lines = Object.entries(prefs).map(
    ([key, value]) => `user_pref(${JSON.stringify(key)}, ${JSON.stringify(value)});`,
  );
  await writeFile(join(folder, 'user.js'), lines.join('\n'));
  return spawn(browserPath('TUREEN_FIREFOX', firefox), ['--no-remote', '--profile', folder, ...urls], {
    stdio: 'ignore',
  });
}

async function listen(http: ReturnType<typeof createServer>): Promise<number> {
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return (http.address() as AddressInfo).port;
}
