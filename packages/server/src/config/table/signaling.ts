import * as v from 'valibot';
import { allowedHost, proxies } from '../addressSchemas.ts';
import { text, optionalText, flag, integer, milliseconds } from '../schemas.ts';
import type { SettingsOf } from '../Setting.ts';

function isOrigin(value: string): boolean {
  return URL.canParse(value) && new URL(value).origin === value;
}

/** Settings that control where and how clients connect. */
export const signaling: SettingsOf<
  | 'host'
  | 'port'
  | 'https'
  | 'httpsCert'
  | 'httpsKey'
  | 'allowedOrigins'
  | 'allowedHosts'
  | 'trustProxy'
  | 'joinTimeoutMs'
  | 'prepareTimeoutMs'
  | 'pingIntervalMs'
  | 'reconnectGraceMs'
  | 'drainTimeoutMs'
> = {
  host: {
    group: 'Signaling',
    kind: 'text',
    placeholder: 'address',
    help: 'Address to listen on. Without a value: 0.0.0.0, which also accepts other machines, such as phones on the LAN',
    default: '127.0.0.1',
    schema: text,
  },
  port: {
    group: 'Signaling',
    kind: 'integer',
    placeholder: 'port',
    help: 'TCP port of HTTP and WebSocket; 0: any free port',
    default: 4443,
    schema: integer(0, 65535),
  },
  https: {
    group: 'Signaling',
    kind: 'switch',
    help: 'Serve TLS, with a self-signed certificate created at start unless you set --https-cert',
    default: false,
    schema: flag,
  },
  httpsCert: {
    group: 'Signaling',
    kind: 'text',
    placeholder: 'path',
    help: 'PEM certificate chain; requires --https and --https-key',
    default: undefined,
    schema: optionalText,
  },
  httpsKey: {
    group: 'Signaling',
    kind: 'text',
    placeholder: 'path',
    help: 'PEM private key of --https-cert',
    default: undefined,
    schema: optionalText,
  },
  allowedOrigins: {
    group: 'Signaling',
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
    group: 'Signaling',
    kind: 'list',
    placeholder: 'name,...',
    help: 'Names in the Host header under which clients may reach the server: names, IPs, .example.com with its subdomains, or *',
    default: undefined,
    defaultText: 'from --host',
    schema: v.optional(v.pipe(v.array(allowedHost), v.nonEmpty('must not be empty'))),
  },
  trustProxy: {
    group: 'Signaling',
    kind: 'switchOrList',
    placeholder: 'ips',
    help: 'Read the address of a client from X-Forwarded-For, as the proxy wrote it; with a value, only from proxies at these IPs or networks',
    default: false,
    schema: proxies,
  },
  joinTimeoutMs: {
    group: 'Signaling',
    kind: 'integer',
    placeholder: 'n',
    unit: 'ms',
    help: 'Time in which a connected client must join, or is closed',
    default: 10_000,
    schema: milliseconds(1),
  },
  prepareTimeoutMs: {
    group: 'Signaling',
    kind: 'integer',
    placeholder: 'n',
    unit: 'ms',
    help: 'Time in which a client that prepared its join (mediasoup-v3) must join, or is closed',
    default: 120_000,
    schema: milliseconds(1),
  },
  pingIntervalMs: {
    group: 'Signaling',
    kind: 'integer',
    placeholder: 'n',
    unit: 'ms',
    help: 'Time between pings; disconnects a client that sends nothing for one interval; 0: no pings',
    default: 10_000,
    schema: milliseconds(0),
  },
  reconnectGraceMs: {
    group: 'Signaling',
    kind: 'integer',
    placeholder: 'n',
    unit: 'ms',
    help: 'Grace period in which a disconnected peer may resume; 0: none',
    default: 30_000,
    schema: milliseconds(0),
  },
  drainTimeoutMs: {
    group: 'Signaling',
    kind: 'integer',
    placeholder: 'n',
    unit: 'ms',
    help: 'Time that running calls may take to end after you stop the server; 0: ends them at once',
    default: 0,
    schema: milliseconds(0),
  },
};
