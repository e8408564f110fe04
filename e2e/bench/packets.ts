const changeCipherSpec = 20;
const handshake = 22;
const payloadSpecificFeedback = 206;
const pli = 1;
const fir = 4;
/** SSRC of mediasoup's packets that only probe the bandwidth. */
const probatorSsrc = 1234;

/** Kind of a packet (RFC 7983). Null for the kinds that no bench reads. */
export function kindOfPacket(packet: Buffer): 'stun' | 'dtls' | 'rtp' | 'keyFrameRequest' | null {
  if (packet.length < 12) return null;
  const first = packet.readUInt8(0);
  if (first <= 3) return 'stun';
  // Application data of DTLS is data channels.
  if (first >= changeCipherSpec && first <= handshake) return 'dtls';
  if (first < 128 || first > 191) return null;
  const type = packet.readUInt8(1);
  if (type < 192 || type > 223) return ssrcOf(packet) === probatorSsrc ? null : 'rtp';
  const format = first & 0x1f;
  return type === payloadSpecificFeedback && (format === pli || format === fir) ? 'keyFrameRequest' : null;
}

/** SSRC of an RTP packet. */
export function ssrcOf(packet: Buffer): number {
  return packet.readUInt32BE(8);
}
