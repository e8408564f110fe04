import { Device } from 'mediasoup-client';
import { Peer, WebSocketTransport } from 'protoo-client';

const peer = new Peer(new WebSocketTransport('wss://sfu.example/?roomId=kitchen&peerId=alice'));
const elements = new Map();
let receiving;
peer.on('request', async ({ method, data }, accept, reject) => {
  if (method !== 'newConsumer') return reject(404, 'unknown request');
  try {
    const consumer = await receiving.consume(data);
    const element = document.createElement(consumer.kind);
    Object.assign(element, { autoplay: true, playsInline: true, srcObject: new MediaStream([consumer.track]) });
    document.body.append(element);
    elements.set(consumer.id, { consumer, element });
    accept();
  } catch (error) {
    reject(error);
  }
});
peer.on('notification', ({ method, data }) => {
  if (method !== 'consumerClosed') return;
  const { consumer, element } = elements.get(data.consumerId);
  consumer.close();
  element.remove();
  elements.delete(data.consumerId);
});
await new Promise((resolve) => peer.on('open', resolve));

const device = new Device();
await device.load({ routerRtpCapabilities: await peer.request('getRouterRtpCapabilities') });
const { sctpCapabilities, rtpCapabilities } = device;
const create = (producing) =>
  peer.request('createWebRtcTransport', { forceTcp: false, producing, consuming: !producing, sctpCapabilities });
const connect = (transport) =>
  transport.on('connect', ({ dtlsParameters }, done, failed) =>
    peer.request('connectWebRtcTransport', { transportId: transport.id, dtlsParameters }).then(done, failed),
  );
const sending = device.createSendTransport(await create(true));
connect(sending);
sending.on('produce', ({ kind, rtpParameters, appData }, done, failed) =>
  peer.request('produce', { transportId: sending.id, kind, rtpParameters, appData }).then(done, failed),
);
receiving = device.createRecvTransport(await create(false));
connect(receiving);
await peer.request('join', { displayName: 'Alice', device: {}, rtpCapabilities, sctpCapabilities });
const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
for (const track of stream.getTracks()) await sending.produce({ track });
