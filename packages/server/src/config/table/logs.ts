import * as v from 'valibot';
import { flag, oneOf } from '../schemas.ts';
import type { SettingsOf } from '../Setting.ts';

/** Settings of logs and metrics. */
export const logs: SettingsOf<'metrics' | 'logLevel' | 'logPretty'> = {
  metrics: {
    group: 'Logs',
    kind: 'text',
    placeholder: 'scope',
    help: 'Clients that may read GET /metrics: off (none), local (this machine) or any',
    default: 'off',
    schema: oneOf(['off', 'local', 'any']),
  },
  logLevel: {
    group: 'Logs',
    kind: 'text',
    placeholder: 'level',
    help: 'Lowest logged level: fatal, error, warn, info, debug, trace or silent',
    default: 'info',
    schema: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
  },
  logPretty: {
    group: 'Logs',
    kind: 'switch',
    help: 'Log for people instead of JSON lines; requires the package pino-pretty',
    default: undefined,
    defaultText: 'on a terminal',
    schema: v.optional(flag),
  },
};
