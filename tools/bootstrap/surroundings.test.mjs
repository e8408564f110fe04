import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aptCommand } from './apt.mjs';
import { missingScreenPackages, screenPrefix } from './browsers/screen.mjs';
import { isRefusalFresh } from './browsers/ownBrowsers.mjs';
import { relevantPart, workspacePatterns } from './dependencies.mjs';
import { childEnvironment } from './environment.mjs';
import { EXIT } from './exit.mjs';
import { tail } from './output.mjs';
import { ROOT, cacheFolder, findProgram } from './paths.mjs';
import { createProgress, formatDuration } from './progress.mjs';

describe('the apt command', () => {
  it('is one line to paste, with each package once, in a steady order', () => {
    expect(aptCommand(['xvfb', 'g++', 'chromium', 'g++'])).toBe(
      'sudo apt-get update && sudo apt-get install -y --no-install-recommends chromium g++ xvfb',
    );
  });
});

describe('the cache folder', () => {
  const home = '/home/ann';

  it.each([
    [{ XDG_CACHE_HOME: '/var/cache/ann' }, 'linux', '/var/cache/ann/tureen'],
    [{}, 'linux', '/home/ann/.cache/tureen'],
    [{ XDG_CACHE_HOME: 'relative/is/invalid' }, 'linux', '/home/ann/.cache/tureen'],
    [{}, 'darwin', '/home/ann/Library/Caches/tureen'],
  ])('with %j on %s is %s', (env, platform, expected) => {
    expect(cacheFolder({ env, platform, home })).toBe(expected);
  });
});

describe('the environment of what is started', () => {
  it('keeps what is the user’s and drops what npm says about itself', () => {
    const base = {
      PATH: '/usr/bin',
      npm_config_registry: 'https://registry.example',
      npm_config_local_prefix: '/somewhere',
      npm_lifecycle_event: 'test',
      npm_package_name: 'tureen-workspace',
    };
    expect(childEnvironment({ base, pathFirst: ['/tools'], extra: { A: '1' } })).toEqual({
      PATH: '/tools:/usr/bin',
      npm_config_registry: 'https://registry.example',
      A: '1',
    });
  });
});

describe('programs', () => {
  it('are found by the first name that PATH has', () => {
    expect(findProgram(['no-such-program', 'sh'])).toMatch(/\/sh$/);
    expect(findProgram(['no-such-program'])).toBeUndefined();
    expect(findProgram(['sh'], { path: '' })).toBeUndefined();
  });
});

describe('the screen for headed browsers', () => {
  it('is Xvfb on a Linux without a display, and the user’s own elsewhere', () => {
    const prefix = (env, platform) => screenPrefix({ env, platform, scratch: '/scratch' }).join(' ');
    expect(prefix({ TMPDIR: '/mine' }, 'linux')).toBe(
      'env TMPDIR=/scratch xvfb-run -a -s -screen 0 1280x800x24 env TMPDIR=/mine',
    );
    expect(prefix({ DISPLAY: ':0' }, 'linux')).toBe('');
    expect(prefix({}, 'darwin')).toBe('');
  });

  it('takes two packages, where it is needed and they are missing', () => {
    const machine = { env: {}, platform: 'linux' };
    expect(missingScreenPackages(() => undefined, machine)).toEqual(['xvfb', 'xauth']);
    expect(missingScreenPackages(([name]) => `/usr/bin/${name}`, machine)).toEqual([]);
    expect(missingScreenPackages(() => undefined, { ...machine, env: { DISPLAY: ':0' } })).toEqual([]);
  });
});

describe('a refused download of browsers', () => {
  const hour = 3_600_000;
  const stamp = { playwright: '1.64.1', refusedAt: 0 };

  it('is remembered for a day, for this Playwright', () => {
    expect(isRefusalFresh(stamp, { playwright: '1.64.1', now: 23 * hour })).toBe(true);
    expect(isRefusalFresh(stamp, { playwright: '1.64.1', now: 25 * hour })).toBe(false);
    expect(isRefusalFresh(stamp, { playwright: '1.65.0', now: hour })).toBe(false);
    expect(isRefusalFresh({ playwright: '1.64.1' }, { playwright: '1.64.1', now: hour })).toBe(false);
    expect(isRefusalFresh(undefined, { playwright: '1.64.1', now: hour })).toBe(false);
  });
});

describe('the workspace', () => {
  it('is read from pnpm-workspace.yaml', () => {
    const yaml =
      "packages:\n  # the libraries\n  - packages/*\n  - 'playground' # the app\n\nallowBuilds:\n  - esbuild\n";
    expect(workspacePatterns(yaml)).toEqual(['packages/*', 'playground']);
    expect(workspacePatterns(readFileSync(`${ROOT}/pnpm-workspace.yaml`, 'utf8'))).toContain('packages/*');
  });

  it('wants an install for a new dependency and not for a new script', () => {
    const manifest = { name: 'x', dependencies: { a: '1' } };
    const partOf = (value) => relevantPart(JSON.stringify(value));
    expect(partOf({ ...manifest, scripts: { build: 'tsc' } })).toBe(partOf(manifest));
    expect(partOf({ ...manifest, dependencies: { a: '2' } })).not.toBe(partOf(manifest));
  });
});

describe('progress', () => {
  const written = () => {
    const lines = [];
    return { lines, stream: { isTTY: false, write: (text) => lines.push(text) } };
  };

  it('tells durations in the unit that fits', () => {
    expect(formatDuration(940)).toBe('0.9 s');
    expect(formatDuration(65_400)).toBe('1 min 05 s');
  });

  it('announces, times and marks what was done', async () => {
    const { lines, stream } = written();
    const result = await createProgress({ stream, now: () => 0 }).during('Cooking', async () => 'soup');
    expect(result).toBe('soup');
    expect(lines).toEqual(['• Cooking\n', '  ✓ Cooking (0.0 s)\n']);
  });

  it('marks what failed, by throwing or by its result', async () => {
    const { lines, stream } = written();
    const { during } = createProgress({ stream, now: () => 0 });
    await expect(during('Cooking', () => Promise.reject(new Error('burnt')))).rejects.toThrow('burnt');
    await during('Tasting', async () => 'too salty', { faultOf: (fault) => fault });
    expect(lines).toEqual(['• Cooking\n', '  ✗ Cooking (0.0 s)\n', '• Tasting\n', '  ✗ Tasting (0.0 s): too salty\n']);
  });

  it('shows the end of a long output and says how much came before', () => {
    expect(tail('a\nb\nc\n', 2)).toBe('(1 lines before)\nb\nc');
    expect(tail('a\nb\n', 2)).toBe('a\nb');
  });
});

describe('the exit codes', () => {
  it('are those of the README', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const rows = [...readme.matchAll(/^\| (\d+) +\| `(\w+)` +\|/gm)].map(([, code, name]) => [name, Number(code)]);
    expect(Object.fromEntries(rows)).toEqual(EXIT);
  });
});
