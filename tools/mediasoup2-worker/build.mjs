import { cp, mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { run } from '../bootstrap/children.mjs';
import { EXIT, Stop } from '../bootstrap/exit.mjs';
import { findProgram } from '../bootstrap/paths.mjs';
import { npmCommand, retryFlags } from '../bootstrap/toolchain.mjs';

const BUILD_MS = 3_600_000;
const INSTALL_MS = 600_000;

/**
 * mediasoup 2 contains a gyp for Python 2, which distributions no longer have. node-gyp contains a maintained gyp for Python 3, which reads
 * the project files of 2019 unchanged.
 */
const NODE_GYP = 'node-gyp@13.1.0';

/** Settings that configure.py would determine, which requires Python 2 as well. */
const GYP_ARGS = ['--depth=.', '-f', 'make', '-Dclang=0', '-Dopenssl_fips=', '-Dmediasoup_asan=false'];

/** Hides warnings of current compilers about code of 2019, including warnings that have become errors. */
const C_FLAGS = [
  ...['-w', '-g0', '-O2'],
  ...['implicit-function-declaration', 'int-conversion', 'incompatible-pointer-types'].map((name) => `-Wno-${name}`),
].join(' ');
/** Standard library headers that other headers included in 2019. */
const CXX_FLAGS = '-w -g0 -O2 -include cstdint -include cstring -include limits';

const PYTHON = ['python3'];

/** System requirements of a build: how to recognize each, and the Debian package that provides it. */
const REQUIREMENTS = [
  { package: 'g++', programs: ['g++'] },
  { package: 'make', programs: ['make'] },
  { package: 'python3', programs: PYTHON },
];

/** Debian packages that a build requires and this machine lacks. */
export const missingBuildPackages = () =>
  REQUIREMENTS.filter(({ programs }) => findProgram(programs) === undefined).map((requirement) => requirement.package);

/** Architecture name for gyp and OpenSSL. Equals Node's `process.arch` where this build was tested. */
const targetArch = ({ arch = process.arch } = {}) => arch;

async function step(command, args, options, what) {
  const { code, output } = await run(command, args, options);
  if (code !== 0) throw new Stop(EXIT.worker, `The worker of mediasoup 2 cannot be built here: ${what}.`, { output });
}

/**
 * Builds the worker of mediasoup 2 from the source inside its npm package, with the libraries in the package. One is
 * OpenSSL 1.1.0, so use the worker only for tests on the loopback interface.
 * @param {{ folder: string, mediasoup: { folder: string, version: string }, env: NodeJS.ProcessEnv, progress: ReturnType<import('../bootstrap/progress.mjs').createProgress> }} options
 * `folder` is for the build and the finished worker
 * @returns {Promise<string>} the path of the binary
 */
export async function buildMediasoup2Worker({ folder, mediasoup, env, progress }) {
  const source = join(folder, 'source');
  const tools = join(folder, 'tools');
  const out = join(source, 'out');
  await cp(join(mediasoup.folder, 'worker'), source, { recursive: true });
  await mkdir(tools);
  const label = `Building the worker of mediasoup ${mediasoup.version} (two to five minutes, once)`;
  await progress.during(label, async (setDetail) => {
    const [npm, first] = npmCommand();
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...retryFlags()];
    const install = [...first, 'install', '--prefix', tools, ...flags, NODE_GYP];
    await step(
      npm,
      install,
      { cwd: tools, env, timeoutMs: INSTALL_MS },
      `npm cannot install ${NODE_GYP}, which contains gyp`,
    );

    const gyp = join(tools, 'node_modules', 'node-gyp', 'gyp', 'gyp_main.py');
    const arch = targetArch();
    const configure = [
      ...[gyp, 'mediasoup-worker.gyp', '-I', 'common.gypi', ...GYP_ARGS],
      ...[`-Goutput_dir=${out}`, `--generator-output=${out}`],
      // A version newer than any check in the project files.
      ...['-Dgcc_version=80', '-Dnode_byteorder=little', `-Dhost_arch=${arch}`, `-Dtarget_arch=${arch}`],
    ];
    await step(findProgram(PYTHON), configure, { cwd: source, env, timeoutMs: INSTALL_MS }, 'gyp fails');

    let compiled = 0;
    const onLine = (line) => {
      if (/^\s*(CC|CXX)\(target\)/.test(line)) setDetail(`${(compiled += 1)} files compiled`);
    };
    const flagsOf = [`CFLAGS=${C_FLAGS}`, `CXXFLAGS=${CXX_FLAGS}`];
    const make = ['-C', out, `-j${availableParallelism()}`, 'BUILDTYPE=Release', 'mediasoup-worker', ...flagsOf];
    await step('make', make, { cwd: source, env, timeoutMs: BUILD_MS, onLine }, 'the compiler fails');
  });
  const bin = join(out, 'Release', 'mediasoup-worker');
  // Smaller. A worker with symbols works too, so a failure of strip is ignored.
  await run('strip', [bin], { cwd: source });
  return bin;
}
