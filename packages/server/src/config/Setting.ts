import type * as v from 'valibot';
import type { ServerSettings } from './ServerSettings.ts';

/** Rules by which a setting is parsed, checked and documented. */
export interface Setting<T> {
  readonly group: 'Signaling' | 'Authorization' | 'Media' | 'Limits' | 'Dialects' | 'Logs';
  /** Form of the text. A `list` is split at commas, a `switch` takes no value, a `switchOrList` may have a value. */
  readonly kind: 'text' | 'integer' | 'switch' | 'list' | 'switchOrList' | 'json';
  /** Name of the value in the help; absent for a switch. */
  readonly placeholder?: string;
  readonly unit?: string;
  readonly help: string;
  readonly default: T;
  /** Text for the default where the value itself does not explain enough. */
  readonly defaultText?: string;
  readonly schema: v.GenericSchema<T>;
}

export type SettingName = keyof ServerSettings;

/** Settings with these names. */
export type SettingsOf<K extends SettingName> = { readonly [Name in K]: Setting<ServerSettings[Name]> };
