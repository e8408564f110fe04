import { ManualClock } from '@tureen/kernel';
import type { Variant } from '@tureen/protocol/mediasoup-v3';
import type { Grant } from '../dialects/grant.ts';
import { createMediasoupV3Adapter } from '../dialects/mediasoup-v3/index.ts';
import type { MediasoupV3Options } from '../dialects/mediasoup-v3/index.ts';
import type { MediaBackend } from '../engine/MediaBackend.ts';
import type { RoomLimits } from '../rooms/limits.ts';
import { RoomRegistry } from '../rooms/RoomRegistry.ts';
import { capturedLogs } from './capturedLogs.ts';
import { MemoryConnection } from './MemoryConnection.ts';
import { V3Client } from './V3Client.ts';
import type { JoinTestOptions } from './V3Client.ts';

export interface OpenRoomsOptions extends MediasoupV3Options {
  readonly limits?: Partial<RoomLimits>;
  readonly bot?: boolean;
  /** Time of the rooms. Default: as the dialect has. */
  readonly roomClock?: ManualClock;
}

/**
 * Rooms on a backend that the test file shares, and the dialect before them. Time stands still unless a test moves it; DTLS,
 * which comes up for none of the clients, has no deadline unless a test sets one.
 */
export function openRooms(backend: MediaBackend, { limits, bot, roomClock, ...options }: OpenRoomsOptions = {}) {
  const clock = new ManualClock();
  const logs = capturedLogs();
  const registry = new RoomRegistry({
    backend,
    logger: logs.logger,
    clock: roomClock ?? clock,
    limits: { dtlsTimeoutMs: 0, ...limits },
    bot,
  });
  const adapter = createMediasoupV3Adapter({ registry, logger: logs.logger, clock, options });
  const variant: Variant = options.variant === 'notify' ? 'notify' : 'classic';

  function connect(peerId: string, roomId = 'room', grant?: Grant): V3Client {
    const connection = new MemoryConnection({ roomId, peerId });
    connection.grant = grant;
    adapter.accept(connection);
    return new V3Client(connection, variant);
  }

  return {
    registry,
    adapter,
    clock,
    logs,
    variant,

    /** A client that has connected and said nothing yet. */
    connect,

    /** A client that is in, with both transports. */
    async join(peerId: string, roomId = 'room'): Promise<V3Client> {
      const client = connect(peerId, roomId);
      await client.enter({ displayName: peerId.toUpperCase() });
      return client;
    },

    /** The same, of a client that comes back when its connection drops. */
    async joinToStay(peerId: string, options: JoinTestOptions = {}) {
      const client = connect(peerId);
      const { resumeToken = '' } = await client.enter({ ...options, comesBack: true });
      return { client, token: resumeToken };
    },

    [Symbol.dispose]() {
      registry.close();
    },
  };
}
