import { authorization } from './table/authorization.ts';
import { bitrates } from './table/bitrates.ts';
import { dialects } from './table/dialects.ts';
import { limits } from './table/limits.ts';
import { logs } from './table/logs.ts';
import { media } from './table/media.ts';
import { signalling } from './table/signaling.ts';
import type { SettingName, SettingsOf } from './Setting.ts';

/** Every setting, in the order in which the help tells them. Flags and environment variables are named after the keys. */
export const SETTINGS: SettingsOf<SettingName> = {
  ...signalling,
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
