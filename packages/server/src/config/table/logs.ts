import * as v from 'valibot';
import { flag, oneOf } from '../schemas.ts';
import type { SettingsOf } from '../Setting.ts';

/** What is told of the server to those who run it. */
export const logs: SettingsOf<'metrics' | 'logLevel' | 'logPretty'> = {
  metrics: {
    group: 'Logs',
    kind: 'text',
    placeholder: 'who',
    help: 'Who may read GET /metrics: off (nobody), local (this machine) or any',
    default: 'off',
    schema: oneOf(['off', 'local', 'any']),
  },
  logLevel: {
    group: 'Logs',
    kind: 'text',
    placeholder: 'level',
    help: 'Least level logged: fatal, error, warn, info, debug, trace or silent',
    default: 'info',
    schema: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
  },
  logPretty: {
    group: 'Logs',
    kind: 'switch',
    help: 'Logs for people instead of JSON lines; needs the package pino-pretty',
    default: undefined,
    defaultText: 'on a terminal',
    schema: v.optional(flag),
  },
};
