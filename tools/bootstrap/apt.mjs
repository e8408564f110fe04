import { run } from './children.mjs';
import { EXIT, Stop } from './exit.mjs';
import { findProgram } from './paths.mjs';

const APT_MS = 1_800_000;
const UPDATE = ['update', '-q'];
const install = (packages) => ['install', '-y', '-q', '--no-install-recommends', ...packages];

/** Command for the user to paste: each package once, in alphabetical order. */
export function aptCommand(packages) {
  const list = [...new Set(packages)].sort();
  return `sudo apt-get update && sudo apt-get ${['install', '-y', '--no-install-recommends', ...list].join(' ')}`;
}

/** Prefix of apt-get: empty as root, sudo where it needs no password, undefined where neither works. */
async function elevation() {
  if (process.getuid?.() === 0) return [];
  if (!findProgram(['sudo'])) return undefined;
  const { code } = await run('sudo', ['-n', 'true'], { timeoutMs: 10_000 });
  return code === 0 ? ['sudo', '-n', 'env', 'DEBIAN_FRONTEND=noninteractive'] : undefined;
}

function cannotInstall(needs, packages) {
  const what = needs.map(({ why, packages: names }) => `  ${why}: ${names.join(' ')}`).join('\n');
  const how = findProgram(['apt-get'])
    ? `Installing them requires root, or sudo without a password. Run this once, then repeat your command:\n\n  ${aptCommand(packages)}\n`
    : `There is no apt on this machine. Install the equivalents of these Debian packages, then repeat your command:\n\n  ${packages.join(' ')}\n`;
  return new Stop(EXIT.packages, `System packages are missing:\n${what}\n\n${how}`);
}

/**
 * Installs all missing Debian packages with one run of apt.
 * @param {{ why: string, packages: string[] }[]} needs
 * @param {{ progress: ReturnType<import('./progress.mjs').createProgress> }} context
 */
export async function installPackages(needs, { progress }) {
  const packages = [...new Set(needs.flatMap((need) => need.packages))].sort();
  if (packages.length === 0) return;
  const before = findProgram(['apt-get']) ? await elevation() : undefined;
  if (!before) throw cannotInstall(needs, packages);

  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  progress.say(`System packages: ${packages.join(' ')}`);
  await progress.during(`Installing ${packages.length} system packages with apt`, async (setDetail) => {
    for (const args of [UPDATE, install(packages)]) {
      const [command, ...rest] = [...before, 'apt-get', '-o', 'DPkg::Lock::Timeout=300', ...args];
      const { code, output } = await run(command, rest, { env, timeoutMs: APT_MS, onLine: setDetail });
      if (code !== 0) {
        throw new Stop(EXIT.packages, `apt-get ${args[0]} failed. Run it by hand:\n\n  ${aptCommand(packages)}\n`, {
          output,
        });
      }
    }
  });
}
