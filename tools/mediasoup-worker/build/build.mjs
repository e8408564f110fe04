import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../bootstrap/children.mjs';
import { EXIT, Stop } from '../../bootstrap/exit.mjs';
import { tail } from '../../bootstrap/output.mjs';
import { PROVEN_MEDIASOUP_VERSIONS } from '../../bootstrap/versions.mjs';
import { KNOWN_WRAPS, PATCHES, UNITY_LISTS, UNITY_SIZE, applyPatch, distribute } from './patches.mjs';

const STAND_INS = fileURLToPath(new URL('subprojects', import.meta.url));
const BUILD_MS = 3_600_000;

function doesNotApply(version, what) {
  return new Stop(
    EXIT.worker,
    `The worker of mediasoup ${version} cannot be built here: ${what}.\n` +
      `The recipe was tested with ${PROVEN_MEDIASOUP_VERSIONS.join(', ')}. tools/mediasoup-worker/README.md explains how to update it.\n` +
      'Until then, pin that version or set MEDIASOUP_WORKER_BIN to a worker built elsewhere.',
  );
}

const doesNotBuild = (version, output) =>
  new Stop(EXIT.worker, `mediasoup's worker ${version} does not build here.`, { output });

async function edit(path, change) {
  const changed = change(await readFile(path, 'utf8').catch(() => ''));
  if (changed !== undefined) await writeFile(path, changed);
  return changed !== undefined;
}

/** Replaces the bundled libraries with the system's, and applies the patches. */
async function prepare(source, version) {
  const wraps = (await readdir(join(source, 'subprojects'))).filter((name) => name.endsWith('.wrap'));
  const unknown = wraps.filter((name) => !KNOWN_WRAPS.includes(name));
  if (unknown.length > 0)
    throw doesNotApply(version, `the package bundles libraries that the recipe does not know (${unknown.join(', ')})`);
  await rm(join(source, 'subprojects'), { recursive: true });
  await cp(STAND_INS, join(source, 'subprojects'), { recursive: true });
  for (const patch of PATCHES) {
    if (!(await edit(join(source, patch.file), (text) => applyPatch(text, patch)))) {
      throw doesNotApply(version, `the patch "${patch.name}" does not apply to worker/${patch.file}`);
    }
  }
}

async function compile(source, { version, isUnity, setDetail }) {
  const unity = isUnity ? ['--unity', 'on', `-Dunity_size=${UNITY_SIZE}`] : [];
  const setup = ['setup', 'build', '--buildtype', 'release', '--wrap-mode', 'nodownload', ...unity];
  const env = { ...process.env, NINJA_STATUS: '[%f/%t] ' };
  // Only lines of ninja show progress. Other lines come from the compiler.
  const onLine = (line) => {
    const [progress] = /^\[\d+\/\d+\]/.exec(line) ?? [];
    if (progress) setDetail(`${progress.slice(1, -1)} done`);
  };
  const options = { cwd: source, env, timeoutMs: BUILD_MS, onLine };
  const configured = await run('meson', setup, options);
  if (configured.code !== 0) throw doesNotBuild(version, configured.output);
  return run('ninja', ['-C', 'build', 'mediasoup-worker'], options);
}

/**
 * Builds the worker from the source in the mediasoup package, with the libraries of the distribution.
 * @param {{ folder: string, mediasoup: { folder: string, version: string }, progress: ReturnType<import('../../bootstrap/progress.mjs').createProgress> }} options
 * `folder` is for the build and the finished worker
 * @returns {Promise<string>} the path of the binary
 */
export async function buildWorker({ folder, mediasoup, progress }) {
  const { version } = mediasoup;
  if (!PROVEN_MEDIASOUP_VERSIONS.includes(version)) {
    progress.say(
      `The recipe was tested with mediasoup ${PROVEN_MEDIASOUP_VERSIONS.join(', ')}, not with ${version}. Trying to build.`,
    );
  }
  const source = join(folder, 'source');
  await cp(join(mediasoup.folder, 'worker'), source, { recursive: true });
  await prepare(source, version);

  await progress.during(`Building mediasoup's worker ${version} (a few minutes, once)`, async (setDetail) => {
    const plainLists = await Promise.all(UNITY_LISTS.map(({ file }) => readFile(join(source, file), 'utf8')));
    const areDealt = await Promise.all(
      UNITY_LISTS.map(({ file, list }) => edit(join(source, file), (text) => distribute(text, list))),
    );
    let result = areDealt.every(Boolean)
      ? await compile(source, { version, isUnity: true, setDetail })
      : { code: 1, output: 'The recipe does not find the lists of files.' };
    if (result.code !== 0) {
      progress.say(
        '  Compiling several files at a time failed. Building one by one, which takes twice as long. The output:',
      );
      progress.say(tail(result.output, 15));
      await rm(join(source, 'build'), { recursive: true, force: true });
      await Promise.all(UNITY_LISTS.map(({ file }, index) => writeFile(join(source, file), plainLists[index])));
      result = await compile(source, { version, isUnity: false, setDetail });
    }
    if (result.code !== 0) throw doesNotBuild(version, result.output);
    // Smaller and faster to start. A worker with symbols works too, so a failure of strip is ignored.
    await run('strip', ['build/mediasoup-worker'], { cwd: source });
  });
  return join(source, 'build', 'mediasoup-worker');
}
