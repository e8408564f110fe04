import * as v from 'valibot';
import type { IceServer } from '../ServerSettings.ts';
import { addresses, announcedAddress, listenIp } from '../addressSchemas.ts';
import { COMMAND_RTC_PORT } from '../commandDefaults.ts';
import { flag, integer, milliseconds, oneOf } from '../schemas.ts';
import type { SettingsOf } from '../Setting.ts';

const iceUrl = v.pipe(v.string(), v.regex(/^(stuns?|turns?):./, 'urls must begin with stun:, stuns:, turn: or turns:'));
const iceServer: v.GenericSchema<IceServer> = v.object(
  { urls: v.union([iceUrl, v.array(iceUrl)]), username: v.optional(v.string()), credential: v.optional(v.string()) },
  'must be a JSON array of { urls, username?, credential? }',
);

/** Settings of media addresses and workers. */
export const media: SettingsOf<
  | 'listenIp'
  | 'announcedAddress'
  | 'rtcPort'
  | 'rtcMinPort'
  | 'rtcMaxPort'
  | 'udp'
  | 'tcp'
  | 'iceServers'
  | 'workers'
  | 'workerSuspectMs'
  | 'workerKillMs'
  | 'workerLogLevel'
> = {
  listenIp: {
    group: 'Media',
    kind: 'list',
    placeholder: 'ips',
    help: 'IPs that media sockets bind to, comma-separated or repeated',
    default: undefined,
    defaultText: 'from --host',
    schema: v.optional(addresses(listenIp)),
  },
  announcedAddress: {
    group: 'Media',
    kind: 'list',
    placeholder: 'addresses',
    help: 'Media addresses that clients get, comma-separated or repeated: IPv4, IPv6, or names, looked up at start',
    default: undefined,
    defaultText: 'from --host',
    schema: v.optional(addresses(announcedAddress)),
  },
  rtcPort: {
    group: 'Media',
    kind: 'integer',
    placeholder: 'port',
    help: 'Media port of the first worker, UDP and TCP; each further worker uses the next port; 0: free ports',
    default: 0,
    defaultText: `${String(COMMAND_RTC_PORT)}; in a program 0`,
    schema: integer(0, 65535),
  },
  rtcMinPort: {
    group: 'Media',
    kind: 'integer',
    placeholder: 'port',
    help: 'Lowest media port where each transport has its own ports, in place of --rtc-port',
    default: undefined,
    defaultText: 'none; 40000 with --rtc-max-port',
    schema: v.optional(integer(1, 65535)),
  },
  rtcMaxPort: {
    group: 'Media',
    kind: 'integer',
    placeholder: 'port',
    help: 'Highest media port where each transport has its own ports, in place of --rtc-port',
    default: undefined,
    defaultText: 'none; 49999 with --rtc-min-port',
    schema: v.optional(integer(1, 65535)),
  },
  udp: {
    group: 'Media',
    kind: 'switch',
    help: 'Offer media over UDP; --no-udp disables it',
    default: true,
    schema: flag,
  },
  tcp: {
    group: 'Media',
    kind: 'switch',
    help: 'Offer media over TCP, for networks that block UDP; --no-tcp disables it',
    default: true,
    schema: flag,
  },
  iceServers: {
    group: 'Media',
    kind: 'json',
    placeholder: 'json',
    help: 'STUN and TURN servers that mediasoup-v3 clients receive: [{"urls":"turn:...","username":"...","credential":"..."}]',
    default: [],
    defaultText: 'none',
    schema: v.array(iceServer, 'must be a JSON array of { urls, username?, credential? }'),
  },
  workers: {
    group: 'Media',
    kind: 'integer',
    placeholder: 'n',
    help: 'Number of media worker processes; 0: one per core',
    default: 0,
    schema: integer(0, 256),
  },
  workerSuspectMs: {
    group: 'Media',
    kind: 'integer',
    placeholder: 'n',
    unit: 'ms',
    help: 'Time without a response after which a media worker gets no new rooms',
    default: 4000,
    schema: milliseconds(100),
  },
  workerKillMs: {
    group: 'Media',
    kind: 'integer',
    placeholder: 'n',
    unit: 'ms',
    help: 'Time without a response after which a media worker is killed and replaced; 0: never',
    default: 15_000,
    schema: milliseconds(0),
  },
  workerLogLevel: {
    group: 'Media',
    kind: 'text',
    placeholder: 'level',
    help: 'Log level of media workers: debug, warn, error or none',
    default: 'warn',
    schema: oneOf(['debug', 'warn', 'error', 'none']),
  },
};
