import { ManualClock } from '@tureen/kernel';
import type { Pusher } from '@tureen/protocol/push-pull';
import { createMediasoupV3Adapter } from '../dialects/mediasoup-v3/index.ts';
import { createPushPullAdapter } from '../dialects/push-pull/index.ts';
import type { PushPullOptions } from '../dialects/push-pull/index.ts';
import type { MediaBackend } from '../engine/MediaBackend.ts';
import type { RoomLimits } from '../rooms/limits.ts';
import { RoomRegistry } from '../rooms/RoomRegistry.ts';
import { capturedLogs } from './capturedLogs.ts';
import { MemoryConnection } from './MemoryConnection.ts';
import { PushPullClient } from './PushPullClient.ts';
import type { JoinPushPullOptions } from './PushPullClient.ts';
import { V3Client } from './V3Client.ts';

export interface OpenPushPullRoomsOptions extends PushPullOptions {
  readonly limits?: Partial<RoomLimits>;
}

/**
 * Opens rooms on a backend that the test file shares, with push-pull and mediasoup-v3 and a manual clock.
 * DTLS, which connects for none of the clients, has no deadline.
 */
export function openPushPullRooms(backend: MediaBackend, { limits, ...options }: OpenPushPullRoomsOptions = {}) {
  const clock = new ManualClock();
  const logs = capturedLogs();
  const registry = new RoomRegistry({ backend, logger: logs.logger, limits: { dtlsTimeoutMs: 0, ...limits } });
  const adapter = createPushPullAdapter({ registry, logger: logs.logger, clock, options });
  const v3 = createMediasoupV3Adapter({ registry, logger: logs.logger, clock });

  function connect(userId: string, roomId = 'room'): PushPullClient {
    const connection = new MemoryConnection({});
    adapter.accept(connection);
    return new PushPullClient(connection, roomId, userId);
  }

  return {
    registry,
    adapter,
    clock,
    logs,

    /** Connects a client without a message. */
    connect,

    /** Connects and joins a client. */
    async join(userId: string, joining: JoinPushPullOptions = {}): Promise<PushPullClient> {
      const client = connect(userId);
      await client.join(joining);
      return client;
    },

    /** Joins a client of mediasoup-v3, with both transports. */
    async joinV3(peerId: string): Promise<V3Client> {
      const connection = new MemoryConnection({ roomId: 'room', peerId });
      v3.accept(connection);
      const client = new V3Client(connection, 'classic');
      await client.enter({ displayName: peerId.toUpperCase() });
      return client;
    },

    /** Returns the pushers of a user, from the join response of another user. */
    async pushersOf(userId: string): Promise<readonly Pusher[]> {
      const client = connect('onlooker');
      const { users } = await client.join({ audience: true, extensions: ['pushDetails', 'leave'] });
      await client.sendRequest('leave', {});
      return users.find((user) => user.userId === userId)?.pushers ?? [];
    },

    [Symbol.dispose]() {
      registry.close();
    },
  };
}
