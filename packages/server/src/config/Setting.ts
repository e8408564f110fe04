import type * as v from 'valibot';
import type { ServerSettings } from './ServerSettings.ts';

/** How one setting is written, checked and told about. */
export interface Setting<T> {
  readonly group: 'Signalling' | 'Authorization' | 'Media' | 'Limits' | 'Dialects' | 'Logs';
  /** How its text is read: a `list` is split at commas, a `switch` takes no value, a `switchOrList` may have one. */
  readonly kind: 'text' | 'integer' | 'switch' | 'list' | 'switchOrList' | 'json';
  /** What the value is, for the help; absent for a switch. */
  readonly placeholder?: string;
  readonly unit?: string;
  readonly help: string;
  readonly default: T;
  /** How the default is told where the value itself says too little. */
  readonly defaultText?: string;
  readonly schema: v.GenericSchema<T>;
}

export type SettingName = keyof ServerSettings;

/** The settings of these names. */
export type SettingsOf<K extends SettingName> = { readonly [Name in K]: Setting<ServerSettings[Name]> };
