import type { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { countWrites } from '../../testing/countedWrites.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();

afterEach(() => {
  vi.restoreAllMocks();
});

describe('requests to a media worker', () => {
  it('of one turn go out in one write', async () => {
    const router = await backend().createRouter();
    const options = { forceTcp: false, enableSctp: false, reportBwe: false };
    const writes = countWrites();
    const isWorkerPipe = (socket: Socket) => socket.remoteAddress === undefined;
    const transports = Promise.all(Array.from({ length: 20 }, () => router.createWebRtcTransport(options)));
    expect(writes.on(isWorkerPipe)).toEqual([]);
    await transports;
    // The worker responds in several turns, in each of which the transports get their settings.
    const [requests, ...settings] = writes.on(isWorkerPipe);
    expect(requests?.length).toBeGreaterThan(20 * 100);
    expect(settings.length).toBeLessThan(20);
    router.close();
  });
});
