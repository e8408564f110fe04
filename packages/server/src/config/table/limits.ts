import * as v from 'valibot';
import { integer, milliseconds } from '../schemas.ts';
import type { SettingsOf } from '../Setting.ts';

/** Settings that limit the resources of a client. */
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
  | 'maxPreparedPeers'
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
    help: 'Maximum size of a message; a larger message closes the connection (1009)',
    default: 128 * 1024,
    schema: integer(1024, 2 ** 31 - 1),
  },
  maxMessagesPerSec: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    unit: 'per second',
    help: 'Messages of a client, in bursts up to ten times as many; more close the connection (1008); 0: no limit',
    default: 200,
    schema: integer(0),
  },
  maxBytesPerSec: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    unit: 'bytes per second',
    help: 'Signaling of a client, in bursts up to eight times as much; more closes the connection (1008); 0: no limit',
    default: 256 * 1024,
    schema: integer(0),
  },
  maxBufferedBytes: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    unit: 'bytes',
    help: 'Unsent bytes above which a client must read; above half of it, scores, speakers and text messages are dropped',
    default: 1024 * 1024,
    schema: integer(1024),
  },
  slowReaderMs: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    unit: 'ms',
    help: 'Time in which a client above --max-buffered-bytes must read something, or is disconnected',
    default: 10_000,
    schema: milliseconds(1),
  },
  maxBufferedTotalBytes: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    unit: 'bytes',
    help: 'Unsent bytes of all clients, a message to several counted once; above it, the slowest clients are disconnected',
    default: 64 * 1024 * 1024,
    schema: integer(64 * 1024),
  },
  maxBadMessages: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    unit: 'per minute',
    help: 'Unreadable messages of a client; more close the connection (1008); 0: no limit',
    default: 100,
    schema: integer(0),
  },
  maxRefusedRequests: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    unit: 'per minute',
    help: 'Refused requests of a client, a request of n KiB counted as 1 + n/4; more close the connection (1008); 0: no limit',
    default: 500,
    schema: integer(0),
  },
  maxConnectionsPerAddress: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    help: 'Connections from one address (IPv6: /64) except loopback and trusted proxies; more are refused (429); 0: no limit',
    default: 256,
    schema: integer(0),
  },
  maxJoinsPerPeer: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    unit: 'per minute',
    help: 'Connections of one peer ID to one room, joins and resumes; more are refused (429); 0: no limit',
    default: 30,
    schema: integer(0),
  },
  maxRooms: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    help: 'Maximum number of rooms',
    default: 1000,
    schema: integer(1),
  },
  maxPeersPerRoom: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    help: 'Maximum number of peers in a room',
    default: 100,
    schema: integer(1),
  },
  maxPreparedPeers: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    help: 'Maximum number of peers that prepared their join and have not joined; more are refused (503)',
    default: 200,
    schema: integer(0),
  },
  maxTransportsPerPeer: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    help: 'Maximum number of WebRTC transports of a peer; push-pull adds --max-peers-per-room',
    default: undefined,
    defaultText: '3; push-pull 16',
    schema: v.optional(integer(1)),
  },
  dtlsTimeoutMs: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    unit: 'ms',
    help: 'Time limit for DTLS after a client connects a transport; then the transport closes; 0: no limit',
    default: 30_000,
    schema: milliseconds(0),
  },
  maxProducersPerPeer: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    help: 'Maximum number of producers of a peer, and of data producers',
    default: 32,
    schema: integer(1),
  },
  maxConsumersPerPeer: {
    group: 'Limits',
    kind: 'integer',
    placeholder: 'n',
    help: 'Maximum number of consumers of a peer, and of data consumers; further ones wait, or in push-pull are refused',
    default: 1000,
    schema: integer(1),
  },
};
