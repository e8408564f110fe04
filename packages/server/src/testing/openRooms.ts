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
  /** Clock of the rooms. Default: that of the dialect. */
  readonly roomClock?: ManualClock;
}

/**
 * Opens rooms on a backend that the test file shares, with the dialect and a manual clock. DTLS, which connects for none of
 * the clients, has no deadline unless a test sets one.
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

  function connect(peerId: string, roomId = 'room', grant?: Grant, params: Record<string, string> = {}): V3Client {
    const connection = new MemoryConnection({ roomId, peerId, ...params });
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

    /** Connects a client without a message. */
    connect,

    /** Joins a client, with both transports. */
    async join(peerId: string, roomId = 'room'): Promise<V3Client> {
      const client = connect(peerId, roomId);
      await client.enter({ displayName: peerId.toUpperCase() });
      return client;
    },

    /** Joins a client that can resume, with both transports. */
    async joinResumable(peerId: string, options: JoinTestOptions = {}) {
      const client = connect(peerId);
      const { resumeToken = '' } = await client.enter({ ...options, canResume: true });
      return { client, token: resumeToken };
    },

    [Symbol.dispose]() {
      registry.close();
    },
  };
}
