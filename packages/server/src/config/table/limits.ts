import * as v from 'valibot';
import { integer, milliseconds } from '../schemas.ts';
import type { SettingsOf } from '../Setting.ts';

/** How much a client may have and send. */
export const limits: SettingsOf<
  | 'maxMessageBytes'
  | 'maxMessagesPerSec'
  | 'maxBytesPerSec'
  | 'maxBufferedBytes'
  | 'slowReaderMs'
  | 'maxBufferedTotalBytes'
  | 'maxBadMessages'
  | 'maxRefusedRequests'
  | 'maxConnectionsPerAddress'
  | 'maxJoinsPerPeer'
  | 'maxRooms'
  | 'maxPeersPerRoom'
  | 'maxTransportsPerPeer'
  | 'dtlsTimeoutMs'
  | 'maxProducersPerPeer'
  | 'maxConsumersPerPeer'
> = {
  maxMessageBytes: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    unit: 'bytes',
    help: 'Largest message taken from a client; a larger one closes its connection (1009)',
    default: 128 * 1024,
    schema: integer(1024, 2 ** 31 - 1),
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
  maxBytesPerSec: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    unit: 'bytes per second',
    help: 'Signaling of a client, eight times as much at once; with more it is closed (1008); 0 never closes',
    default: 256 * 1024,
    schema: integer(0),
  },
  maxBufferedBytes: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    unit: 'bytes',
    help: 'Unsent bytes beyond which a client has to read; from half of it scores, speakers and text messages are dropped',
    default: 1024 * 1024,
    schema: integer(1024),
  },
  slowReaderMs: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    unit: 'ms',
    help: 'Time in which a client beyond --max-buffered-bytes has to read something before it is cut off',
    default: 10_000,
    schema: milliseconds(1),
  },
  maxBufferedTotalBytes: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    unit: 'bytes',
    help: 'Unsent bytes of all clients; beyond that those farthest behind are cut off. A message to many counts once',
    default: 64 * 1024 * 1024,
    schema: integer(64 * 1024),
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
  maxRefusedRequests: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    unit: 'per minute',
    help: 'Refused requests after which a client is closed (1008), one of n KiB counting as 1 + n/4; 0 never closes',
    default: 500,
    schema: integer(0),
  },
  maxConnectionsPerAddress: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    help: 'Connections from one address (IPv6: one /64) but loopback and trusted proxies; more are refused (429); 0 refuses none',
    default: 256,
    schema: integer(0),
  },
  maxJoinsPerPeer: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    unit: 'per minute',
    help: 'Connections of one peer id to one room, joins and resumes alike; with more it is refused (429); 0 refuses none',
    default: 30,
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
    help: 'WebRTC transports of one peer; in push-pull, one for each other peer comes on top',
    default: undefined,
    defaultText: '3; push-pull 16',
    schema: v.optional(integer(1)),
  },
  dtlsTimeoutMs: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    unit: 'ms',
    help: 'Time for DTLS once a client connects a transport; then the transport is closed; 0 never closes',
    default: 30_000,
    schema: milliseconds(0),
  },
  maxProducersPerPeer: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    help: 'Producers of one peer, and as many data producers',
    default: 32,
    schema: integer(1),
  },
  maxConsumersPerPeer: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    help: 'Consumers of one peer, and as many data consumers; what else there is waits until one has closed',
    default: 1000,
    schema: integer(1),
  },
};
