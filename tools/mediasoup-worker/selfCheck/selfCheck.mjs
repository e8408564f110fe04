/**
 * node selfCheck.mjs <mediasoup-worker>
 *
 * Checks that a worker can carry calls: a DTLS handshake in either role, then an encrypted audio packet through a
 * router and out again. A worker built with incompatible libraries starts, creates routers and
 * transports, and crashes at the first browser. Exits with 0, or with 1 and one line that names the failed step.
 */
import { createRequire } from 'node:module';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { DtlsPeer } from './DtlsPeer.mjs';

const DEADLINE_MS = 20_000;
const SSRC = 1234;
const OPUS = { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 };

const serverRequire = createRequire(new URL('../../../packages/server/package.json', import.meta.url));
const mediasoup = await import(pathToFileURL(serverRequire.resolve('mediasoup')).href);

let doing = 'starting';

async function connect(router, role) {
  doing = `the DTLS handshake with the worker as ${role === 'client' ? 'server' : 'client'}`;
  const transport = await router.createWebRtcTransport({ listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }] });
  const peer = await DtlsPeer.create(role);
  const isConnected = new Promise((resolve, reject) => {
    transport.on('dtlsstatechange', (state) => {
      if (state === 'connected') resolve();
      if (state === 'failed') reject(new Error('the worker reports that DTLS failed'));
    });
  });
  await transport.connect({ dtlsParameters: peer.dtlsParameters });
  await Promise.all([isConnected, peer.connect(transport)]);
  return { transport, peer };
}

async function passSound(router, from, to) {
  doing = 'forwarding an audio packet';
  const encodings = [{ ssrc: SSRC }];
  const codecs = [{ mimeType: OPUS.mimeType, payloadType: 100, clockRate: OPUS.clockRate, channels: OPUS.channels }];
  const producer = await from.transport.produce({ kind: 'audio', rtpParameters: { codecs, encodings } });
  await to.transport.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities });
  const sent = Buffer.from('an audio packet');
  const arrived = new Promise((resolve) => {
    to.peer.onRtp = (payload) => {
      if (payload.equals(sent)) resolve();
    };
  });
  // Sent repeatedly until it arrives: UDP packets may be lost, even on the loopback.
  let sequenceNumber = 1;
  const send = () => {
    from.peer.sendRtp({ ssrc: SSRC, payloadType: 100, sequenceNumber: sequenceNumber++, payload: sent });
    again = setTimeout(send, 50);
  };
  let again;
  send();
  await arrived;
  clearTimeout(again);
}

async function check(worker) {
  const router = await worker.createRouter({ mediaCodecs: [OPUS] });
  const asServer = await connect(router, 'client');
  const asClient = await connect(router, 'server');
  await passSound(router, asServer, asClient);
  doing = 'staying alive afterwards';
  await worker.getResourceUsage();
}

const late = new Promise((_, reject) => {
  setTimeout(() => reject(new Error(`no result within ${DEADLINE_MS / 1000} s`)), DEADLINE_MS).unref();
});
try {
  const starting = mediasoup.createWorker({ workerBin: process.argv[2], logLevel: 'error' });
  const worker = await Promise.race([starting, late]);
  const died = once(worker, 'died').then(([error]) => {
    throw new Error(`the worker exited (${error.message})`);
  });
  await Promise.race([check(worker), died, late]);
} catch (error) {
  console.log(`The worker failed at ${doing}: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
process.exit(0);
