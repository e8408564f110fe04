import { nearest } from './nearest.ts';
import { envOf, SETTING_NAMES } from './settingsTable.ts';

/** An environment variable that looks like a setting and changes none. */
export interface IgnoredVariable {
  readonly variable: string;
  readonly reason: 'unknown' | 'empty';
  /** The variable of a setting whose name is nearest. */
  readonly didYouMean?: string;
}

const PREFIX = 'TUREEN_';

/** Longest name that is compared with others, and most variables that are reported: the environment can be any size. */
const MAX_NAME_LENGTH = 100;
const MAX_REPORTED = 20;

/** Finds the variables that a person probably meant to have an effect. Their values may be secrets and are not reported. */
export function ignoredVariables(env: Readonly<Record<string, string | undefined>>): readonly IgnoredVariable[] {
  const known = SETTING_NAMES.map(envOf);
  const ignored: IgnoredVariable[] = [];
  for (const [variable, value] of Object.entries(env)) {
    if (value === undefined || ignored.length === MAX_REPORTED) continue;
    if (known.includes(variable)) {
      if (value.trim() === '') ignored.push({ variable, reason: 'empty' });
    } else if (variable.toUpperCase().startsWith(PREFIX)) {
      const name = variable.slice(0, MAX_NAME_LENGTH);
      const didYouMean = nearest(
        name.toUpperCase().slice(PREFIX.length),
        known.map((one) => one.slice(PREFIX.length)),
      );
      ignored.push({
        variable: name,
        reason: 'unknown',
        ...(didYouMean === undefined ? {} : { didYouMean: `${PREFIX}${didYouMean}` }),
      });
    }
  }
  return ignored;
}
