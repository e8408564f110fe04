import * as v from 'valibot';
import { allowedHost, proxies } from '../addressSchemas.ts';
import { text, optionalText, flag, integer, milliseconds } from '../schemas.ts';
import type { SettingsOf } from '../Setting.ts';

function isOrigin(value: string): boolean {
  return URL.canParse(value) && new URL(value).origin === value;
}

/** Where and how clients connect. */
export const signalling: SettingsOf<
  | 'host'
  | 'port'
  | 'https'
  | 'httpsCert'
  | 'httpsKey'
  | 'allowedOrigins'
  | 'allowedHosts'
  | 'trustProxy'
  | 'joinTimeoutMs'
  | 'pingIntervalMs'
  | 'reconnectGraceMs'
  | 'drainTimeoutMs'
> = {
  host: {
    group: 'Signalling',
    kind: 'text',
    placeholder: 'address',
    help: 'Address to listen on. Alone, without a value: 0.0.0.0, which lets phones on the LAN in',
    default: '127.0.0.1',
    schema: text,
  },
  port: {
    group: 'Signalling',
    kind: 'integer',
    placeholder: 'port',
    help: 'TCP port of HTTP and WebSocket; 0 takes any free one',
    default: 4443,
    schema: integer(0, 65535),
  },
  https: {
    group: 'Signalling',
    kind: 'switch',
    help: 'Speak TLS, with a self-signed certificate made at start unless --https-cert names one',
    default: false,
    schema: flag,
  },
  httpsCert: {
    group: 'Signalling',
    kind: 'text',
    placeholder: 'path',
    help: 'PEM certificate chain; needs --https and --https-key',
    default: undefined,
    schema: optionalText,
  },
  httpsKey: {
    group: 'Signalling',
    kind: 'text',
    placeholder: 'path',
    help: 'PEM private key of --https-cert',
    default: undefined,
    schema: optionalText,
  },
  allowedOrigins: {
    group: 'Signalling',
    kind: 'list',
    placeholder: 'origin,...',
    help: 'Origins of the pages that may connect, e.g. https://meet.example',
    default: [],
    defaultText: 'any',
    schema: v.array(
      v.pipe(v.string(), v.check(isOrigin, 'must be origins such as https://meet.example, without a path')),
    ),
  },
  allowedHosts: {
    group: 'Signalling',
    kind: 'list',
    placeholder: 'name,...',
    help: 'Names by which clients may reach the server (header Host): names, IPs, .example.com with all below it, or *',
    default: undefined,
    defaultText: 'from --host',
    schema: v.optional(v.pipe(v.array(allowedHost), v.nonEmpty('must not be empty'))),
  },
  trustProxy: {
    group: 'Signalling',
    kind: 'switchOrList',
    placeholder: 'ips',
    help: 'Take the address of a client from X-Forwarded-For, as the proxy wrote it; with a value only of proxies at these IPs, networks',
    default: false,
    schema: proxies,
  },
  joinTimeoutMs: {
    group: 'Signalling',
    kind: 'integer',
    placeholder: 'n',
    unit: 'ms',
    help: 'Time that a connected client has to join before it is closed',
    default: 10_000,
    schema: milliseconds(1),
  },
  pingIntervalMs: {
    group: 'Signalling',
    kind: 'integer',
    placeholder: 'n',
    unit: 'ms',
    help: 'Time between pings; a client of whom nothing came in a whole one is cut off; 0 sends none',
    default: 10_000,
    schema: milliseconds(0),
  },
  reconnectGraceMs: {
    group: 'Signalling',
    kind: 'integer',
    placeholder: 'n',
    unit: 'ms',
    help: 'Grace period in which a disconnected peer may resume; 0: the server closes the peer at once',
    default: 30_000,
    schema: milliseconds(0),
  },
  drainTimeoutMs: {
    group: 'Signalling',
    kind: 'integer',
    placeholder: 'n',
    unit: 'ms',
    help: 'Time that calls have to end by themselves when the server is told to stop; 0 ends them at once',
    default: 0,
    schema: milliseconds(0),
  },
};
