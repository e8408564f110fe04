import { nearest } from './nearest.ts';
import { envOf, SETTING_NAMES } from './settingsTable.ts';

/** Environment variable that looks like a setting and has no effect. */
export interface IgnoredVariable {
  readonly variable: string;
  readonly reason: 'unknown' | 'empty';
  /** Variable of the setting with the most similar name. */
  readonly didYouMean?: string;
}

const PREFIX = 'TUREEN_';

/** Maximum length of a compared name and number of reported variables: the environment can have any size. */
const MAX_NAME_LENGTH = 100;
const MAX_REPORTED = 20;

/** Finds the variables that probably were meant as settings. Their values may be secrets, so they are not reported. */
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
