import { afterEach, describe, expect, it } from 'vitest';
import { startServer } from '../../main.ts';
import { capturedLogs } from '../../testing/capturedLogs.ts';
import type { ServerSettings } from '../../config/index.ts';
import { RoomMember } from '../../testing/RoomMember.ts';
import { videoParameters } from '../../testing/rtp.ts';

let stop = () => Promise.resolve();
afterEach(() => stop());

/** Returns the worker's statistics of a receiving transport, for a server with these settings. */
async function statsWith(settings: Partial<ServerSettings>): Promise<Stats> {
  const server = await startServer({ port: 0, workers: 1, ...settings }, { logger: capturedLogs().logger });
  stop = () => server.close();
  const sender = await RoomMember.enter(server.registry, 'sender', {});
  const receiver = await RoomMember.enter(server.registry, 'receiver', {});
  const consuming = receiver.next('newConsumer');
  await sender.peer.sending.produce(sender.send, { kind: 'video', rtpParameters: videoParameters() });
  await consuming;
  const [stats] = await receiver.recv.getStats();
  return stats as unknown as Stats;
}

interface Stats {
  readonly maxIncomingBitrate?: number;
  readonly maxOutgoingBitrate?: number;
}

describe('limits on bitrates', () => {
  it('reach the worker with their defaults: 10 Mbit/s from a client, no limit towards it', async () => {
    const stats = await statsWith({});
    expect(stats).toMatchObject({ maxIncomingBitrate: 10_000_000 });
    expect(stats.maxOutgoingBitrate).toBeUndefined();
  });

  it('reach the worker with the configured values', async () => {
    const settings = {
      maxIncomingBitrate: 1_500_000,
      maxOutgoingBitrate: 4_000_000,
      initialAvailableOutgoingBitrate: 5_000_000,
    };
    expect(await statsWith(settings)).toMatchObject({
      maxIncomingBitrate: 1_500_000,
      maxOutgoingBitrate: 4_000_000,
    });
  });

  it('may be disabled', async () => {
    const stats = await statsWith({ maxIncomingBitrate: 0 });
    expect(stats.maxIncomingBitrate).toBeUndefined();
  });

  it('limit the first estimate, which may be above them', async () => {
    expect(await statsWith({ maxOutgoingBitrate: 30_000 })).toMatchObject({
      maxOutgoingBitrate: 30_000,
    });
  });
});
