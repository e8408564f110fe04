import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import { WebSocket } from 'ws';
import type { ManualClock } from '@tureen/kernel';
import type { ServerSettings } from '../config/index.ts';
import type { Health } from '../http/health.ts';
import { startServer } from '../main.ts';
import type { RunningServer } from '../main.ts';
import { capturedLogs } from './capturedLogs.ts';

/** Starts real servers for a test file, each with one real media worker, on a free port. Closes them after each test. */
export function useServers() {
  const servers: RunningServer[] = [];
  let logs = capturedLogs();
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  return {
    async start(settings: Partial<ServerSettings> = {}, clock?: ManualClock): Promise<RunningServer> {
      logs = capturedLogs();
      const parts = { logger: logs.logger, ...(clock === undefined ? {} : { clock }) };
      const server = await startServer({ port: 0, workers: 1, ...settings }, parts);
      servers.push(server);
      return server;
    },
    /** Logs of the server that was started last. */
    logs: () => logs,
  };
}

export async function healthOf(server: RunningServer): Promise<Health> {
  return (await (await fetch(`${server.url}/health`)).json()) as Health;
}

export async function connect(server: RunningServer, peerId: string): Promise<WebSocket> {
  const client = new WebSocket(`${server.url.replace('http', 'ws')}/mediasoup-v3?roomId=r&peerId=${peerId}`, 'protoo');
  await once(client, 'open');
  return client;
}

/** Finds a port on which no process listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves with the data of the next notification of that method. */
export function nextNotification(client: WebSocket, method: string): Promise<unknown> {
  return new Promise((resolve) => {
    const handle = (bytes: Buffer) => {
      const frame = JSON.parse(bytes.toString()) as { notification?: true; method?: string; data?: unknown };
      if (frame.notification !== true || frame.method !== method) return;
      client.off('message', handle);
      resolve(frame.data);
    };
    client.on('message', handle);
  });
}
