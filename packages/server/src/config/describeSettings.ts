import type { IceServer, ServerSettings } from './ServerSettings.ts';
import { envOf, flagOf, SETTING_NAMES, SETTINGS } from './settingsTable.ts';
import type { SettingName } from './Setting.ts';

/** Returns the settings for a log, without TURN credentials, the token secret and secrets in the URL of keys. */
export function withoutSecrets(settings: ServerSettings): Record<string, unknown> {
  const redact = ({ credential, ...server }: IceServer) =>
    credential === undefined ? server : { ...server, credential: '[redacted]' };
  const jwtSecret = settings.jwtSecret === undefined ? undefined : '[redacted]';
  const jwtJwksUrl = settings.jwtJwksUrl === undefined ? undefined : withoutCredentials(settings.jwtJwksUrl);
  return { ...settings, jwtSecret, jwtJwksUrl, iceServers: settings.iceServers.map(redact) };
}

/** Removes user, password and query, which often contains an API key. */
function withoutCredentials(url: string): string {
  const { username, password, search, protocol, host, pathname } = new URL(url);
  const user = username === '' && password === '' ? '' : '[redacted]@';
  return `${protocol}//${user}${host}${pathname}${search === '' ? '' : '?[redacted]'}`;
}

/** Returns the text of `--help`. */
export function helpText(): string {
  const lines = ['Usage: tureen-server [flags]', '', "Tureen's reference server: rooms on mediasoup."];
  let group = '';
  for (const name of SETTING_NAMES) {
    const setting = SETTINGS[name];
    if (setting.group !== group) {
      group = setting.group;
      lines.push('', group);
    }
    const facts = [unitAndDefault(name), envOf(name)].join('; ');
    lines.push(`  ${flagWithValue(name)}`, `      ${setting.help}.`, `      ${facts}`);
  }
  lines.push(
    '',
    'Other',
    '  -h, --help',
    '      Print this.',
    '  -v, --version',
    '      Print the version.',
    '',
    'Flags win over environment variables.',
    'Exit codes: 0 stopped, 1 failed, 2 invalid settings.',
  );
  return `${lines.join('\n')}\n`;
}

/** Returns the table of settings in the README, in Markdown. */
export function settingsMarkdown(): string {
  const rows = SETTING_NAMES.map((name) => {
    const setting = SETTINGS[name];
    const cells = [
      `\`${flagWithValue(name)}\``,
      `\`${envOf(name)}\``,
      defaultOf(name),
      setting.unit ?? '',
      setting.help,
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| flag | environment | default | unit | |', '|---|---|---|---|---|', ...rows].join('\n');
}

function flagWithValue(name: SettingName): string {
  const { kind, placeholder } = SETTINGS[name];
  if (placeholder === undefined) return `--${flagOf(name)}`;
  return kind === 'switchOrList' ? `--${flagOf(name)} [${placeholder}]` : `--${flagOf(name)} <${placeholder}>`;
}

function unitAndDefault(name: SettingName): string {
  const { unit } = SETTINGS[name];
  return `default ${defaultOf(name)}${unit === undefined ? '' : ` ${unit}`}`;
}

function defaultOf(name: SettingName): string {
  const setting = SETTINGS[name];
  if (setting.defaultText !== undefined) return setting.defaultText;
  if (typeof setting.default === 'boolean') return setting.default ? 'on' : 'off';
  return typeof setting.default === 'object' ? JSON.stringify(setting.default) : String(setting.default ?? 'none');
}
