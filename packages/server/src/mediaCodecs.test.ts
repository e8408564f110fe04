import { once } from 'node:events';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startServer } from './main.ts';
import { capturedLogs } from './testing/capturedLogs.ts';

const opus = { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 } as const;
const video = (mimeType: string) => ({ kind: 'video', mimeType, clockRate: 90_000 }) as const;
const settings = { port: 0, workers: 1 };

it('a server offers the codecs that the program passes, in their order', async () => {
  const { logger } = capturedLogs();
  const mediaCodecs = [opus, video('video/AV1'), video('video/VP8')];
  const server = await startServer(settings, { logger, mediaCodecs });
  const client = new WebSocket(`${server.url.replace('http', 'ws')}/mediasoup-v3?roomId=r&peerId=alice`, 'protoo');
  await once(client, 'open');
  client.send(JSON.stringify({ request: true, id: 1, method: 'getRouterRtpCapabilities', data: {} }));
  const [frame] = (await once(client, 'message')) as [Buffer];
  const { data } = JSON.parse(frame.toString()) as { data: { codecs: { mimeType: string }[] } };
  const names = data.codecs.map(({ mimeType }) => mimeType).filter((name) => name !== 'video/rtx');
  expect(names).toEqual(['audio/opus', 'video/AV1', 'video/VP8']);
  await server.close();
});

it('a server refuses to start with a codec that mediasoup does not support, and names it', async () => {
  const { logger } = capturedLogs();
  const mediaCodecs = [opus, video('video/H265')];
  await expect(startServer(settings, { logger, mediaCodecs })).rejects.toMatchObject({
    name: 'StartError',
    code: 'startFailed',
    message: expect.stringContaining('video/H265') as string,
  });
});
