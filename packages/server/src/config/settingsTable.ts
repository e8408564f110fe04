import { authorization } from './table/authorization.ts';
import { bitrates } from './table/bitrates.ts';
import { dialects } from './table/dialects.ts';
import { limits } from './table/limits.ts';
import { logs } from './table/logs.ts';
import { media } from './table/media.ts';
import { signaling } from './table/signaling.ts';
import type { SettingName, SettingsOf } from './Setting.ts';

/** All settings, in the order of the help. The keys determine the names of flags and environment variables. */
export const SETTINGS: SettingsOf<SettingName> = {
  ...signaling,
  ...authorization,
  ...media,
  ...bitrates,
  ...limits,
  ...dialects,
  ...logs,
};

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** `rtcMinPort` → `rtc-min-port`. */
export function flagOf(name: SettingName): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `rtcMinPort` → `TUREEN_RTC_MIN_PORT`. */
export function envOf(name: SettingName): string {
  return `TUREEN_${flagOf(name).replaceAll('-', '_').toUpperCase()}`;
}
