import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { start } from '../bootstrap/children.mjs';
import { EXIT, Stop } from '../bootstrap/exit.mjs';
import { TOOL_VARIABLES } from '../bootstrap/needs.mjs';
import { forwardLines } from './serverLog.mjs';

const PLAYGROUND = fileURLToPath(new URL('playgroundServer.mjs', import.meta.url));
const START_MS = 60_000;

function withoutToolVariables(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !TOOL_VARIABLES.has(name)));
}

/** Reads the server's address from the log line `listening`. Returns undefined for any other line. */
export function listeningUrl(line) {
  let entry;
  try {
    entry = JSON.parse(line);
  } catch {
    return undefined;
  }
  return entry?.msg === 'listening' && typeof entry.url === 'string' ? entry.url : undefined;
}

/** Waits for a service. Rejects with a Stop if the service exits before it is ready, or takes more than a minute. */
async function whenUp(name, child, isUp, hint = '') {
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Stop(
      EXIT.service,
      `The ${name} did not start. It exited with ${signal ?? `code ${code}`}. See its output above.`,
    );
  });
  let timer;
  const late = new Promise((_, reject) => {
    const message = `The ${name} did not start within a minute.${hint}`;
    timer = setTimeout(() => reject(new Stop(EXIT.service, message)), START_MS);
  });
  try {
    return await Promise.race([isUp, ended, late]);
  } finally {
    clearTimeout(timer);
    ended.catch(() => undefined);
  }
}

/**
 * Starts the reference server from its source.
 * @param {{ root: string, env: NodeJS.ProcessEnv, args: string[], onLine: (line: string) => Promise<void> | undefined }} options `onLine` gets its log
 */
export async function startServer({ root, env, args, onLine }) {
  const cli = join(root, 'packages', 'server', 'src', 'cli.ts');
  // The server stops its workers itself, after its last messages to the peers.
  const child = start('node', ['--conditions=tureen-source', cli, ...args], {
    cwd: root,
    env: withoutToolVariables(env),
    stdio: ['ignore', 'pipe', 'inherit'],
    stopsAlone: true,
  });
  const isUp = new Promise((resolve, reject) => {
    forwardLines(child.stdout, (line) => {
      const url = listeningUrl(line);
      if (url !== undefined) resolve(url);
      return onLine(line);
    }).catch(reject);
  });
  const hint = ' The command reads the address from its log, which must be JSON and of level info or below.';
  return { name: 'server', child, url: await whenUp('server', child, isUp, hint) };
}

/** Starts the playground's Vite dev server. */
export async function startPlayground({ root, env }) {
  const child = start('node', [PLAYGROUND], {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    stopsAlone: true,
  });
  const isUp = once(child, 'message').then(([urls]) => [...urls.local, ...urls.network]);
  return { name: 'playground', child, urls: await whenUp('playground', child, isUp) };
}

/** Resolves with a Stop when one of the services exits unexpectedly. */
export function firstExit(services) {
  return Promise.race(
    services.map(async ({ name, child }) => {
      const [code, signal] = await once(child, 'exit');
      return new Stop(EXIT.service, `The ${name} exited unexpectedly, with ${signal ?? `code ${code}`}.`);
    }),
  );
}
