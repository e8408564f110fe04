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

describe('aptCommand', () => {
  it('returns one line with each package once, in alphabetical order', () => {
    expect(aptCommand(['xvfb', 'g++', 'chromium', 'g++'])).toBe(
      'sudo apt-get update && sudo apt-get install -y --no-install-recommends chromium g++ xvfb',
    );
  });
});

describe('cacheFolder', () => {
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

describe('childEnvironment', () => {
  it('keeps the variables of the user and drops those that npm sets about itself', () => {
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

describe('findProgram', () => {
  it('returns the first program that PATH has', () => {
    expect(findProgram(['no-such-program', 'sh'])).toMatch(/\/sh$/);
    expect(findProgram(['no-such-program'])).toBeUndefined();
    expect(findProgram(['sh'], { path: '' })).toBeUndefined();
  });
});

describe('Screen for headed browsers', () => {
  it('starts Xvfb on Linux without a display, and nothing elsewhere', () => {
    const prefix = (env, platform) => screenPrefix({ env, platform, scratch: '/scratch' }).join(' ');
    expect(prefix({ TMPDIR: '/mine' }, 'linux')).toBe(
      'env TMPDIR=/scratch xvfb-run -a -s -screen 0 1280x800x24 env TMPDIR=/mine',
    );
    expect(prefix({ DISPLAY: ':0' }, 'linux')).toBe('');
    expect(prefix({}, 'darwin')).toBe('');
  });

  it('names two packages where a screen is needed and they are missing', () => {
    const machine = { env: {}, platform: 'linux' };
    expect(missingScreenPackages(() => undefined, machine)).toEqual(['xvfb', 'xauth']);
    expect(missingScreenPackages(([name]) => `/usr/bin/${name}`, machine)).toEqual([]);
    expect(missingScreenPackages(() => undefined, { ...machine, env: { DISPLAY: ':0' } })).toEqual([]);
  });
});

describe('Refused download of browsers', () => {
  const hour = 3_600_000;
  const stamp = { playwright: '1.64.1', refusedAt: 0 };

  it('is remembered for a day and one version of Playwright', () => {
    expect(isRefusalFresh(stamp, { playwright: '1.64.1', now: 23 * hour })).toBe(true);
    expect(isRefusalFresh(stamp, { playwright: '1.64.1', now: 25 * hour })).toBe(false);
    expect(isRefusalFresh(stamp, { playwright: '1.65.0', now: hour })).toBe(false);
    expect(isRefusalFresh({ playwright: '1.64.1' }, { playwright: '1.64.1', now: hour })).toBe(false);
    expect(isRefusalFresh(undefined, { playwright: '1.64.1', now: hour })).toBe(false);
  });
});

describe('Workspace', () => {
  it('has the folders of pnpm-workspace.yaml', () => {
    const yaml =
      "packages:\n  # the libraries\n  - packages/*\n  - 'playground' # the app\n\nallowBuilds:\n  - esbuild\n";
    expect(workspacePatterns(yaml)).toEqual(['packages/*', 'playground']);
    expect(workspacePatterns(readFileSync(`${ROOT}/pnpm-workspace.yaml`, 'utf8'))).toContain('packages/*');
  });

  it('needs an install for a new dependency, not for a new script', () => {
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

  it('formats durations in seconds, or in minutes and seconds', () => {
    expect(formatDuration(940)).toBe('0.9 s');
    expect(formatDuration(65_400)).toBe('1 min 05 s');
  });

  it('prints the label, the duration and a mark of success', async () => {
    const { lines, stream } = written();
    const result = await createProgress({ stream, now: () => 0 }).during('Cooking', async () => 'soup');
    expect(result).toBe('soup');
    expect(lines).toEqual(['• Cooking\n', '  ✓ Cooking (0.0 s)\n']);
  });

  it('marks work that threw or returned a fault', async () => {
    const { lines, stream } = written();
    const { during } = createProgress({ stream, now: () => 0 });
    await expect(during('Cooking', () => Promise.reject(new Error('burnt')))).rejects.toThrow('burnt');
    await during('Tasting', async () => 'too salty', { faultOf: (fault) => fault });
    expect(lines).toEqual(['• Cooking\n', '  ✗ Cooking (0.0 s)\n', '• Tasting\n', '  ✗ Tasting (0.0 s): too salty\n']);
  });

  it('shows the end of a long output and the number of lines before', () => {
    expect(tail('a\nb\nc\n', 2)).toBe('(1 lines before)\nb\nc');
    expect(tail('a\nb\n', 2)).toBe('a\nb');
  });
});

describe('Exit codes', () => {
  it('are listed in the README', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const rows = [...readme.matchAll(/^\| (\d+) +\| `(\w+)` +\|/gm)].map(([, code, name]) => [name, Number(code)]);
    expect(Object.fromEntries(rows)).toEqual(EXIT);
  });
});
