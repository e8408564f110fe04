/** Runs calls with media in its own process: `node mediaProcess.ts <url of the server> <room,...>`. */
import { MediaPeer } from './MediaPeer.ts';
import { type MediaReport, mediaRoom } from './mediaRoom.ts';

const [, , url = '', rooms = ''] = process.argv;
const senders: MediaPeer[] = [];
const receivers: MediaPeer[] = [];
for (const roomId of rooms.split(',')) {
  const sender = await MediaPeer.join(url, roomId, 'media-sender');
  const pushers = await sender.push();
  senders.push(sender);
  for (let n = 1; n < mediaRoom.peers; n++) {
    const receiver = await MediaPeer.join(url, roomId, `media-receiver-${String(n)}`);
    await receiver.pull('media-sender', pushers);
    receivers.push(receiver);
  }
}

function count(): MediaReport {
  const take = (peers: readonly MediaPeer[], key: 'sent' | 'received') =>
    peers.reduce((sum, peer) => {
      const packets = peer[key];
      peer[key] = 0;
      return sum + packets;
    }, 0);
  const sent = take(senders, 'sent');
  return { sent, due: sent * (mediaRoom.peers - 1), received: take(receivers, 'received') };
}

process.on('message', () => process.send?.(count()));
process.on('disconnect', () => {
  void Promise.all([...senders, ...receivers].map((peer) => peer.close())).then(() => process.exit());
});
count();
process.send?.(null);
