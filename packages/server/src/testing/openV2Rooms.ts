import { ManualClock } from '@tureen/kernel';
import type { DialectAdapter } from '../dialects/Connection.ts';
import type { Grant } from '../dialects/grant.ts';
import type { V2Options } from '../dialects/mediasoup-v2-shared/index.ts';
import { createMediasoupV2Adapter } from '../dialects/mediasoup-v2/index.ts';
import { createMediasoupV2AlphaAdapter } from '../dialects/mediasoup-v2-alpha/index.ts';
import { createMediasoupV2BetaAdapter } from '../dialects/mediasoup-v2-beta/index.ts';
import { createMediasoupV3Adapter } from '../dialects/mediasoup-v3/index.ts';
import type { MediaBackend } from '../engine/MediaBackend.ts';
import type { RoomLimits } from '../rooms/limits.ts';
import { RoomRegistry } from '../rooms/RoomRegistry.ts';
import { capturedLogs } from './capturedLogs.ts';
import { MemoryConnection } from './MemoryConnection.ts';
import { V2Client } from './V2Client.ts';
import type { V2Name, JoinV2Options } from './V2Client.ts';
import { V3Client } from './V3Client.ts';

export interface OpenV2RoomsOptions extends V2Options {
  readonly limits?: Partial<RoomLimits>;
}

/**
 * Opens rooms on a backend that the test file shares, with the mediasoup 2 dialects, mediasoup-v3 and a manual clock.
 * DTLS, which connects for none of the clients, has no deadline.
 */
export function openV2Rooms(backend: MediaBackend, { limits, ...options }: OpenV2RoomsOptions = {}) {
  const clock = new ManualClock();
  const logs = capturedLogs();
  const registry = new RoomRegistry({ backend, logger: logs.logger, limits: { dtlsTimeoutMs: 0, ...limits } });
  const parts = { registry, logger: logs.logger, clock, options };
  const adapters: Readonly<Record<V2Name, DialectAdapter>> = {
    'mediasoup-v2': createMediasoupV2Adapter(parts),
    'mediasoup-v2-beta': createMediasoupV2BetaAdapter(parts),
    'mediasoup-v2-alpha': createMediasoupV2AlphaAdapter(parts),
  };
  const v3 = createMediasoupV3Adapter(parts);

  function connect(dialect: V2Name, peerName: string, roomId = 'room', grant?: Grant): V2Client {
    const connection = new MemoryConnection({ roomId, peerName });
    connection.grant = grant;
    adapters[dialect].accept(connection);
    return new V2Client(connection, dialect, peerName);
  }

  function connectV3(peerId: string, roomId = 'room'): V3Client {
    const connection = new MemoryConnection({ roomId, peerId });
    v3.accept(connection);
    return new V3Client(connection, 'classic');
  }

  return {
    registry,
    adapters,
    v3,
    clock,
    logs,

    /** Connects a client without a message. */
    connect,

    /** Joins a client, which has no transport yet. */
    async join(dialect: V2Name, peerName: string, joining: JoinV2Options = {}): Promise<V2Client> {
      const client = connect(dialect, peerName);
      await client.join(joining);
      return client;
    },

    /** Joins a client that can resume. */
    async joinResumable(dialect: V2Name, peerName: string, joining: JoinV2Options = {}) {
      const client = connect(dialect, peerName);
      const { resumeToken = '' } = await client.join({ extensions: ['resumeToken', 'textMessage'], ...joining });
      return { client, token: resumeToken };
    },

    connectV3,

    /** Joins a client of mediasoup-v3, with both transports. */
    async joinV3(peerId: string): Promise<V3Client> {
      const client = connectV3(peerId);
      await client.enter({ displayName: peerId.toUpperCase() });
      return client;
    },

    [Symbol.dispose]() {
      registry.close();
    },
  };
}
