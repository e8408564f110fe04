import { availableParallelism } from 'node:os';
import * as v from 'valibot';
import { isAddress, listOf, pairAddresses } from './mediaAddresses.ts';
import type { ServerSettings } from './ServerSettings.ts';
import { SettingsError } from './SettingsError.ts';
import { flagOf, SETTING_NAMES, SETTINGS } from './settingsTable.ts';
import type { SettingName } from './Setting.ts';

/** Returns the name of a setting in an error message. On the command line that is the flag or variable. */
export type Labels = (name: SettingName) => string;

/**
 * Fills in the defaults and checks all settings.
 *
 * @throws {@link SettingsError} with every problem, not just the first.
 */
export function checkSettings(given: Partial<ServerSettings>, labelOf: Labels = (name) => name): ServerSettings {
  const problems = Object.keys(given)
    .filter((name) => !Object.hasOwn(SETTINGS, name))
    .map((name) => `${name}: no such setting`);

  const settings: Record<string, unknown> = {};
  for (const name of SETTING_NAMES) {
    const setting = SETTINGS[name];
    const value: unknown = given[name] ?? setting.default;
    const result = v.safeParse(setting.schema, value);
    if (result.success) settings[name] = result.output;
    else problems.push(`${labelOf(name)}: ${result.issues[0].message}`);
  }
  if (problems.length > 0) throw new SettingsError(problems);

  // The schemas above have checked each value.
  const checked = settings as unknown as ServerSettings;
  const conflicts = [...conflictsOf(checked, labelOf)];
  if (conflicts.length > 0) throw new SettingsError(conflicts);
  return checked;
}

function* conflictsOf(settings: ServerSettings, labelOf: Labels): Generator<string> {
  yield* mediaConflictsOf(settings, labelOf);
  const { workerSuspectMs, workerKillMs } = settings;
  if (workerKillMs !== 0 && workerKillMs <= workerSuspectMs) {
    yield `${labelOf('workerKillMs')}: must be 0, or above --${flagOf('workerSuspectMs')} (${String(workerSuspectMs)})`;
  }
  if (!settings.udp && !settings.tcp) {
    yield `${labelOf('tcp')}: media requires UDP or TCP, but both are off`;
  }
  const [key, ...moreKeys] = (['jwtSecret', 'jwtPublicKey', 'jwtJwksUrl'] as const).filter(
    (name) => settings[name] !== undefined,
  );
  for (const more of moreKeys) yield `${labelOf(more)}: tokens have one key, already set by ${labelOf(key ?? more)}`;
  for (const name of ['jwtAudience', 'jwtIssuer'] as const) {
    // These settings imply that the server checks tokens.
    if (key === undefined && settings[name] !== undefined) yield `${labelOf(name)}: requires a key for tokens`;
  }
  if (key === undefined && settings.endWithToken) yield `${labelOf('endWithToken')}: requires a key for tokens`;
  if (settings.httpsCert !== undefined && settings.httpsKey === undefined) {
    yield `${labelOf('httpsCert')}: requires --${flagOf('httpsKey')}`;
  }
  if (settings.httpsKey !== undefined && settings.httpsCert === undefined) {
    yield `${labelOf('httpsKey')}: requires --${flagOf('httpsCert')}`;
  }
  if (settings.httpsCert !== undefined && !settings.https) {
    yield `${labelOf('httpsCert')}: requires --${flagOf('https')}`;
  }
}

/** Bounds that the engine uses for a range with one end missing. */
const DEFAULT_RANGE = { min: 40_000, max: 49_999 };

function* mediaConflictsOf(settings: ServerSettings, labelOf: Labels): Generator<string> {
  const { rtcPort, rtcMinPort, rtcMaxPort, workers } = settings;
  const [given] = (['rtcMinPort', 'rtcMaxPort'] as const).filter((name) => settings[name] !== undefined);
  const [min, max] = [rtcMinPort ?? DEFAULT_RANGE.min, rtcMaxPort ?? DEFAULT_RANGE.max];
  if (min > max) yield `${labelOf('rtcMinPort')}: must not be above --${flagOf('rtcMaxPort')} (${String(max)})`;
  if (rtcPort !== 0 && given !== undefined) {
    yield `${labelOf(given)}: use one port per worker (--${flagOf('rtcPort')}) or a range, not both`;
  }
  const lastPort = rtcPort + (workers === 0 ? availableParallelism() : workers) - 1;
  if (rtcPort !== 0 && lastPort > 65_535) {
    yield `${labelOf('rtcPort')}: the last worker would need port ${String(lastPort)}; the highest port is 65535`;
  }
  const [problem] = pairAddresses(
    listOf(settings.listenIp),
    listOf(settings.announcedAddress).filter(isAddress),
  ).problems;
  if (problem !== undefined) yield `${labelOf('announcedAddress')}: ${problem}`;
}
