import { parseArgs } from 'node:util';
import { checkSettings } from './checkSettings.ts';
import { withCommandDefaults } from './commandDefaults.ts';
import type { Labels } from './checkSettings.ts';
import { ignoredVariables } from './ignoredVariables.ts';
import type { IgnoredVariable } from './ignoredVariables.ts';
import { nearest } from './nearest.ts';
import type { ServerSettings } from './ServerSettings.ts';
import { SettingsError } from './SettingsError.ts';
import { envOf, flagOf, SETTING_NAMES, SETTINGS } from './settingsTable.ts';
import type { SettingName } from './Setting.ts';

/** Action that a command line requests. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'run'; readonly settings: ServerSettings; readonly ignored: readonly IgnoredVariable[] };

/** `--host` alone means every interface, as in Vite. */
const EVERY_INTERFACE = '0.0.0.0';

const nameOfFlag = new Map(SETTING_NAMES.map((name) => [flagOf(name), name]));

/**
 * Reads the command line (without the program's own name) and the environment. A flag wins over its variable.
 *
 * @throws {@link SettingsError} with every invalid flag and variable.
 */
export function readSettings(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Command {
  const problems: string[] = [];
  const texts = new Map<SettingName, Written>();

  for (const name of SETTING_NAMES) {
    const text = env[envOf(name)];
    // An empty variable counts as unset: compose files and shells clear a variable that way.
    if (text !== undefined && text.trim() !== '') texts.set(name, { label: envOf(name), text: text.trim() });
  }
  const asked = readFlags(argv, texts, problems);
  if (asked !== undefined) return { kind: asked };

  const given: Record<string, unknown> = {};
  for (const [name, written] of texts) {
    try {
      given[name] = valueOf(name, written.text);
    } catch (error) {
      problems.push(`${written.label}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const settings = check(withCommandDefaults(given), (name) => texts.get(name)?.label ?? `--${flagOf(name)}`, problems);
  if (settings === undefined) throw new SettingsError(problems);
  return { kind: 'run', settings, ignored: ignoredVariables(env) };
}

/** Appends to the problems found so far, so that the user sees all of them at once. */
function check(given: Partial<ServerSettings>, labelOf: Labels, problems: string[]): ServerSettings | undefined {
  try {
    const settings = checkSettings(given, labelOf);
    return problems.length > 0 ? undefined : settings;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

interface Written {
  /** Flag or variable that contained the text. */
  readonly label: string;
  readonly text: string;
}

function readFlags(
  argv: readonly string[],
  texts: Map<SettingName, Written>,
  problems: string[],
): 'help' | 'version' | undefined {
  const { tokens } = parseArgs({
    args: argv.map((arg, at) => (isAlone(argv[at + 1]) ? withImpliedValue(arg) : arg)),
    options: {
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
      ...Object.fromEntries(
        SETTING_NAMES.map((name) => [flagOf(name), { type: SETTINGS[name].kind === 'switch' ? 'boolean' : 'string' }]),
      ),
    },
    // Lenient; the code below checks. The library would stop at the first problem, with a message for programmers.
    strict: false,
    tokens: true,
  });

  let asked: 'help' | 'version' | undefined;
  let isAfterUnknown = false;
  for (const token of tokens) {
    // The text after an unknown flag was meant as its value: one problem, not two.
    if (token.kind === 'positional' && !isAfterUnknown) {
      problems.push(`${token.value}: unexpected argument; settings are flags, see --help`);
    }
    isAfterUnknown = false;
    if (token.kind !== 'option') continue;
    if (token.name === 'help' || token.name === 'version') {
      asked ??= token.name;
      continue;
    }
    const isNegated = token.name.startsWith('no-');
    const name = nameOfFlag.get(isNegated ? token.name.slice(3) : token.name);
    if (name === undefined || (isNegated && !isSwitch(name))) {
      problems.push(`${token.rawName}: no such flag, ${hintFor(token.name)}`);
      isAfterUnknown = true;
    } else if (SETTINGS[name].kind === 'switch' || (isNegated && isSwitch(name))) {
      if (isNegated && token.value !== undefined) problems.push(`${token.rawName}: takes no value`);
      texts.set(name, { label: token.rawName, text: isNegated ? 'false' : (token.value ?? 'true') });
    } else if (token.value === undefined || (!token.inlineValue && isAlone(token.value))) {
      problems.push(`${token.rawName}: requires a value`);
    } else {
      const earlier = ['list', 'switchOrList'].includes(SETTINGS[name].kind) ? texts.get(name) : undefined;
      const isRepeated = earlier?.label.startsWith('--') === true;
      texts.set(name, { label: token.rawName, text: isRepeated ? `${earlier.text},${token.value}` : token.value });
    }
  }
  return asked;
}

/** Adds the implied value to a flag that may stand without one. */
function withImpliedValue(flag: string): string {
  if (flag === '--host') return `--host=${EVERY_INTERFACE}`;
  const name = flag.startsWith('--') ? nameOfFlag.get(flag.slice(2)) : undefined;
  return name !== undefined && SETTINGS[name].kind === 'switchOrList' ? `${flag}=true` : flag;
}

function hintFor(name: string): string {
  const flag = nearest(name, [...nameOfFlag.keys()]);
  return flag === undefined ? 'see --help' : `did you mean --${flag}?`;
}

/** Returns whether a flag before this argument has no value. */
function isAlone(next: string | undefined): boolean {
  return next === undefined || next.startsWith('--');
}

function isSwitch(name: SettingName): boolean {
  return SETTINGS[name].kind === 'switch' || SETTINGS[name].kind === 'switchOrList';
}

function listIn(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

const TRUE = new Set(['true', '1', 'yes', 'on']);
const FALSE = new Set(['false', '0', 'no', 'off']);

function valueOf(name: SettingName, text: string): unknown {
  const { kind } = SETTINGS[name];
  switch (kind) {
    case 'text':
      return text;
    case 'integer':
      // Number('') is 0 and Number('0x10') is 16, and neither is intended. The schema refuses NaN.
      return /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    case 'switch':
      if (TRUE.has(text.toLowerCase())) return true;
      if (FALSE.has(text.toLowerCase())) return false;
      throw new Error('must be true or false');
    case 'list':
      return listIn(text);
    case 'switchOrList':
      if (TRUE.has(text.toLowerCase())) return true;
      return FALSE.has(text.toLowerCase()) ? false : listIn(text);
    case 'json':
      try {
        return JSON.parse(text) as unknown;
      } catch {
        throw new Error('is not JSON');
      }
  }
}
