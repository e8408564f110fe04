import { createWriteStream } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { run } from '../bootstrap/children.mjs';
import { startsHere } from './cache.mjs';

const RESPONSE_MS = 10_000;
const DOWNLOAD_MS = 300_000;

/** URL of mediasoup's prebuilt worker. mediasoup reads MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL as well. */
export function prebuiltUrl({ version, repositoryUrl, platform, arch, osRelease, baseUrl }) {
  const base = baseUrl || `${repositoryUrl.replace(/^git\+/, '').replace(/\.git$/, '')}/releases/download`;
  const kernel = platform === 'linux' ? `-kernel${Number.parseInt(osRelease, 10)}` : '';
  return `${base}/${version}/mediasoup-worker-${version}-${platform}-${arch}${kernel}.tgz`;
}

async function download(url, file) {
  // One timer for the response, so that a network that drops packets costs only seconds, and one for the whole download.
  const fetching = new AbortController();
  const give = (up) => () => fetching.abort(new Error(up));
  const responseTimer = setTimeout(give(`no response within ${RESPONSE_MS / 1000} s`), RESPONSE_MS);
  const wholeTimer = setTimeout(give(`not complete within ${DOWNLOAD_MS / 1000} s`), DOWNLOAD_MS);
  try {
    const response = await fetch(url, { signal: fetching.signal });
    clearTimeout(responseTimer);
    if (!response.ok) return response.status === 404 ? 'no worker for this platform' : `HTTP ${response.status}`;
    await pipeline(Readable.fromWeb(response.body), createWriteStream(file));
    return undefined;
  } catch (error) {
    return error.cause?.code ?? error.cause?.message ?? error.message;
  } finally {
    clearTimeout(responseTimer);
    clearTimeout(wholeTimer);
  }
}

/**
 * Downloads mediasoup's prebuilt worker.
 * @param {{ folder: string, mediasoup: { version: string, repositoryUrl: string }, env?: NodeJS.ProcessEnv }} options
 * `folder` receives the worker
 * @returns {Promise<{ path: string } | { refusal: string }>} `refusal` is the reason of a failure
 */
export async function downloadPrebuilt({ folder, mediasoup, env = process.env }) {
  if (env.MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD) return { refusal: 'MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD is set' };
  const url = prebuiltUrl({
    ...mediasoup,
    platform: process.platform,
    arch: process.arch,
    osRelease: release(),
    baseUrl: env.MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL,
  });
  const archive = join(folder, 'prebuilt.tgz');
  const failure = await download(url, archive);
  if (failure) return { refusal: `${url}: ${failure}` };
  const { code, output } = await run('tar', ['-xzf', archive, '-C', folder], { timeoutMs: 60_000 });
  if (code !== 0) return { refusal: `${url} cannot be unpacked: ${output.trim().split('\n')[0]}` };
  const path = join(folder, 'mediasoup-worker');
  if (!(await startsHere(path))) return { refusal: 'it does not run on this machine' };
  return { path };
}
