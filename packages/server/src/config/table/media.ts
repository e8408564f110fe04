import { isIP } from 'node:net';
import * as v from 'valibot';
import type { IceServer } from '../ServerSettings.ts';
import { text, optionalText, flag, oneOf, integer } from '../schemas.ts';
import type { SettingsOf } from '../Setting.ts';

const iceUrl = v.pipe(v.string(), v.regex(/^(stuns?|turns?):./, 'urls must begin with stun:, stuns:, turn: or turns:'));
const iceServer: v.GenericSchema<IceServer> = v.object(
  { urls: v.union([iceUrl, v.array(iceUrl)]), username: v.optional(v.string()), credential: v.optional(v.string()) },
  'must be a JSON array of { urls, username?, credential? }',
);

/** Where media goes, and what carries it. */
export const media: SettingsOf<
  | 'listenIp'
  | 'announcedAddress'
  | 'rtcMinPort'
  | 'rtcMaxPort'
  | 'udp'
  | 'tcp'
  | 'iceServers'
  | 'workers'
  | 'workerLogLevel'
> = {
  listenIp: {
    group: 'Media',
    kind: 'text',
    placeholder: 'ip',
    help: 'IP that media sockets bind to',
    default: undefined,
    defaultText: 'from --host',
    schema: v.optional(
      v.pipe(
        text,
        v.check((value) => isIP(value) !== 0, 'must be an IP address'),
      ),
    ),
  },
  announcedAddress: {
    group: 'Media',
    kind: 'text',
    placeholder: 'address',
    help: 'Address told to clients for media, e.g. the public one of a cloud machine',
    default: undefined,
    defaultText: 'from --host',
    schema: optionalText,
  },
  rtcMinPort: {
    group: 'Media',
    kind: 'integer',
    placeholder: 'port',
    help: 'Lowest port for media',
    default: 40_000,
    schema: integer(1, 65535),
  },
  rtcMaxPort: {
    group: 'Media',
    kind: 'integer',
    placeholder: 'port',
    help: 'Highest port for media',
    default: 49_999,
    schema: integer(1, 65535),
  },
  udp: {
    group: 'Media',
    kind: 'switch',
    help: 'Offer media over UDP; --no-udp does not',
    default: true,
    schema: flag,
  },
  tcp: {
    group: 'Media',
    kind: 'switch',
    help: 'Offer media over TCP, for networks that block UDP; --no-tcp does not',
    default: true,
    schema: flag,
  },
  iceServers: {
    group: 'Media',
    kind: 'json',
    placeholder: 'json',
    help: 'STUN and TURN servers told to clients: [{"urls":"turn:...","username":"...","credential":"..."}]',
    default: [],
    defaultText: 'none',
    schema: v.array(iceServer, 'must be a JSON array of { urls, username?, credential? }'),
  },
  workers: {
    group: 'Media',
    kind: 'integer',
    placeholder: 'n',
    help: 'Media worker processes; 0 is one per core',
    default: 0,
    schema: integer(0, 256),
  },
  workerLogLevel: {
    group: 'Media',
    kind: 'text',
    placeholder: 'level',
    help: 'What media workers log: debug, warn, error or none',
    default: 'warn',
    schema: oneOf(['debug', 'warn', 'error', 'none']),
  },
};
