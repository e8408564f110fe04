import { tmpdir } from 'node:os';

/**
 * Firefox can share a screen only with a display, so those tests run headed. Without a display (CI, ssh), Xvfb provides one. Headless
 * browsers ignore it.
 */
const needsScreen = ({ env, platform }) => platform === 'linux' && !env.DISPLAY;

/**
 * Prefix of the command that runs browser tests.
 * @param {{ scratch: string, env?: NodeJS.ProcessEnv, platform?: string }} options `scratch` is a folder that the
 * caller removes: an interrupted xvfb-run leaves files behind
 */
export function screenPrefix({ scratch, env = process.env, platform = process.platform }) {
  if (!needsScreen({ env, platform })) return [];
  const inFolder = (folder) => ['env', `TMPDIR=${folder}`];
  // -a: a free display number, so that two runs do not collide. The tests expect a monitor of this size.
  const xvfb = ['xvfb-run', '-a', '-s', '-screen 0 1280x800x24'];
  return [...inFolder(scratch), ...xvfb, ...inFolder(env.TMPDIR || tmpdir())];
}

/** @param {(names: string[]) => string | undefined} find */
export function missingScreenPackages(find, { env = process.env, platform = process.platform } = {}) {
  if (!needsScreen({ env, platform })) return [];
  return [
    ...(find(['xvfb-run']) && find(['Xvfb']) ? [] : ['xvfb']),
    ...(find(['xauth']) ? [] : ['xauth']), // xvfb-run calls it
  ];
}
