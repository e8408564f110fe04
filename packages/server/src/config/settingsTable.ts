import { isIP } from 'node:net';
import * as v from 'valibot';
import { isTrustworthyUrl, MIN_SECRET_BYTES } from '../auth/jwtAuthorizer.ts';
import type { IceServer, ServerSettings } from './ServerSettings.ts';

/** How one setting is written, checked and told about. */
export interface Setting<T> {
  readonly group: 'Signalling' | 'Authorization' | 'Media' | 'Limits' | 'Dialects' | 'Logs';
  /** How its text is read: a `list` is split at commas, a `switch` takes no value. */
  readonly kind: 'text' | 'integer' | 'switch' | 'list' | 'json';
  /** What the value is, for the help; absent for a switch. */
  readonly placeholder?: string;
  readonly unit?: string;
  readonly help: string;
  readonly default: T;
  /** How the default is told where the value itself says too little. */
  readonly defaultText?: string;
  readonly schema: v.GenericSchema<T>;
}

export type SettingName = keyof ServerSettings;

const text = v.pipe(v.string('must be text'), v.nonEmpty('must not be empty'));
const optionalText = v.optional(text);
const flag = v.boolean('must be true or false');
const oneOf = <const T extends readonly string[]>(values: T) =>
  v.picklist(values, `must be one of ${values.join(', ')}`);

function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): v.GenericSchema<number> {
  const message =
    max === Number.MAX_SAFE_INTEGER
      ? `must be a whole number, ${String(min)} or more`
      : `must be a whole number from ${String(min)} to ${String(max)}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(min, message), v.maxValue(max, message));
}

function isOrigin(value: string): boolean {
  return URL.canParse(value) && new URL(value).origin === value;
}

const iceUrl = v.pipe(v.string(), v.regex(/^(stuns?|turns?):./, 'urls must begin with stun:, stuns:, turn: or turns:'));
const iceServer: v.GenericSchema<IceServer> = v.object(
  { urls: v.union([iceUrl, v.array(iceUrl)]), username: v.optional(v.string()), credential: v.optional(v.string()) },
  'must be a JSON array of { urls, username?, credential? }',
);

/** A time that Node's timers can count. */
const milliseconds = (min: number) => integer(min, 2 ** 31 - 1);

/** Every setting, in the order in which the help tells them. Flags and environment variables are named after the keys. */
export const SETTINGS: { readonly [K in SettingName]: Setting<ServerSettings[K]> } = {
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
    help: 'Time between pings; a client silent for a whole one is cut off; 0 sends none',
    default: 15_000,
    schema: milliseconds(0),
  },

  jwtSecret: {
    group: 'Authorization',
    kind: 'text',
    placeholder: 'text',
    help: 'Let in only who bears a JSON Web Token signed with this secret (HS256 and up). Better set by the variable: others can read a command line',
    default: undefined,
    schema: v.optional(
      v.pipe(text, v.minBytes(MIN_SECRET_BYTES, `must have ${String(MIN_SECRET_BYTES)} bytes or more`)),
    ),
  },
  jwtPublicKey: {
    group: 'Authorization',
    kind: 'text',
    placeholder: 'path',
    help: 'The same, with the PEM public key or certificate of whoever signs',
    default: undefined,
    schema: optionalText,
  },
  jwtJwksUrl: {
    group: 'Authorization',
    kind: 'text',
    placeholder: 'url',
    help: 'The same, with the keys that whoever signs publishes there',
    default: undefined,
    schema: v.optional(v.pipe(text, v.check(isTrustworthyUrl, 'must be https:, or http: on this machine'))),
  },
  jwtAudience: {
    group: 'Authorization',
    kind: 'text',
    placeholder: 'text',
    help: 'What the claim aud of a token must be',
    default: undefined,
    schema: optionalText,
  },
  jwtIssuer: {
    group: 'Authorization',
    kind: 'text',
    placeholder: 'text',
    help: 'What the claim iss of a token must be',
    default: undefined,
    schema: optionalText,
  },
  jwtRoomClaim: {
    group: 'Authorization',
    kind: 'text',
    placeholder: 'name',
    help: 'Claim that names the room a token is good for; none: for every room',
    default: 'roomId',
    schema: text,
  },
  jwtPeerClaim: {
    group: 'Authorization',
    kind: 'text',
    placeholder: 'name',
    help: 'Claim that names the peer its bearer is, e.g. sub; none: anybody',
    default: 'peerId',
    schema: text,
  },
  authorizeTimeoutMs: {
    group: 'Authorization',
    kind: 'integer',
    placeholder: 'n',
    unit: 'ms',
    help: 'Time to find out whether a client is authorized, where somebody is asked',
    default: 5000,
    schema: milliseconds(1),
  },

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

  maxMessageBytes: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    unit: 'bytes',
    help: 'Largest message taken from a client; a larger one closes its connection (1009)',
    default: 1024 * 1024,
    schema: integer(1024, 2 ** 31 - 1),
  },
  maxBufferedBytes: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    unit: 'bytes',
    help: 'Unsent bytes at which a client that reads too slowly is cut off',
    default: 8 * 1024 * 1024,
    schema: integer(1024),
  },
  maxMessagesPerSec: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    unit: 'per second',
    help: 'Messages of a client, ten times as many at once; with more it is closed (1008); 0 never closes',
    default: 200,
    schema: integer(0),
  },
  maxBadMessages: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    unit: 'per minute',
    help: 'Unreadable messages after which a client is closed (1008); 0 never closes',
    default: 100,
    schema: integer(0),
  },
  maxRooms: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    help: 'Rooms at a time',
    default: 1000,
    schema: integer(1),
  },
  maxPeersPerRoom: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    help: 'Peers in one room',
    default: 100,
    schema: integer(1),
  },
  maxTransportsPerPeer: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    help: 'WebRTC transports of one peer',
    default: 16,
    schema: integer(1),
  },
  maxProducersPerPeer: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    help: 'Producers of one peer, and as many data producers',
    default: 32,
    schema: integer(1),
  },

  mediasoupV3Variant: {
    group: 'Dialects',
    kind: 'text',
    placeholder: 'name',
    help: 'mediasoup-v3: which mediasoup-demo to answer like, classic or notify (that of 2025)',
    default: 'classic',
    schema: oneOf(['classic', 'notify']),
  },
  seedNames: {
    group: 'Dialects',
    kind: 'switch',
    help: 'mediasoup-v3: announce a leaving peer as peerLeft too, as 2060-io/webrtc-server does',
    default: false,
    schema: flag,
  },
  pushPullProfile: {
    group: 'Dialects',
    kind: 'text',
    placeholder: 'name',
    help: 'push-pull: standard, or rtcpilot: no answer to what is unknown, nothing additive',
    default: 'standard',
    schema: oneOf(['standard', 'rtcpilot']),
  },
  demoFaithful: {
    group: 'Dialects',
    kind: 'switch',
    help: 'Behave as the stock demo server does: requests in no order, no extensions',
    default: false,
    schema: flag,
  },

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

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** `rtcMinPort` → `rtc-min-port`. */
export function flagOf(name: SettingName): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `rtcMinPort` → `TUREEN_RTC_MIN_PORT`. */
export function envOf(name: SettingName): string {
  return `TUREEN_${flagOf(name).replaceAll('-', '_').toUpperCase()}`;
}
