/**
 * Runs the genuine mediasoup 2.6.19 behind protoo until standard input ends. Prints its URL first.
 *
 *     node --conditions=tureen-source main.ts [path of its worker]
 *
 * Without a worker, the genuine objects run on a fake worker: messages are real, and no packet flows.
 */
import { networkInterfaces } from 'node:os';
import { FakeWorker } from './FakeWorker.ts';
import { fakeRoom } from './GenuineServer.ts';
import { GenuineSockets } from './GenuineSockets.ts';
import { genuineServer } from './packages.ts';

/** Codecs that mediasoup 2 and current browsers share. Clients send the first of each kind by default. */
const mediaCodecs = [
  { kind: 'audio', name: 'opus', mimeType: 'audio/opus', clockRate: 48000, channels: 2 },
  { kind: 'video', name: 'VP8', mimeType: 'video/VP8', clockRate: 90000 },
  { kind: 'video', name: 'VP9', mimeType: 'video/VP9', clockRate: 90000 },
  {
    kind: 'video',
    name: 'H264',
    mimeType: 'video/H264',
    clockRate: 90000,
    parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
  },
];

/** A fingerprint of a form that browsers accept. */
const fingerprint = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, '0').toUpperCase()).join(
  ':',
);

const password = 'passwordOfAFakeTransport';

/** Firefox cannot reach a mediasoup 2 worker on 127.0.0.1. Packets to this machine's own address stay on the machine. */
const { address = '127.0.0.1' } =
  Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal) ?? {};

const [workerPath] = process.argv.slice(2);
if (workerPath !== undefined) process.env.MEDIASOUP_WORKER_PATH = workerPath;
const server =
  workerPath === undefined
    ? undefined
    : genuineServer({ numWorkers: 1, logLevel: 'warn', rtcIPv4: address, rtcIPv6: false });

const sockets = await GenuineSockets.start({
  makeRoom: () => server?.Room(mediaCodecs) ?? fakeRoom(new FakeWorker({ fingerprint, password }), mediaCodecs),
});
process.stdout.write(`${sockets.url}\n`);
process.stdin.resume();
process.stdin.once('end', () => {
  void sockets.close().then(() => {
    server?.close();
    process.exit(0);
  });
});
