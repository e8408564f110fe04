import type { RtpParameters } from '@tureen/protocol/common';
import type { types } from 'mediasoup';

const LEVEL_EXTENSION_ID = 1;
const PAYLOAD_TYPE = 111;
const SAMPLES_PER_PACKET = 960;

let nextSsrc = 500_000;

/** Sends Opus packets of a given loudness to a worker, without a network. */
export class RtpSource {
  readonly rtpParameters: RtpParameters;
  readonly #ssrc = (nextSsrc += 1);
  #sequenceNumber = 0;
  #timestamp = 0;

  constructor() {
    this.rtpParameters = {
      mid: `source${String(this.#ssrc)}`,
      codecs: [{ mimeType: 'audio/opus', payloadType: PAYLOAD_TYPE, clockRate: 48_000, channels: 2 }],
      headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: LEVEL_EXTENSION_ID }],
      encodings: [{ ssrc: this.#ssrc }],
      rtcp: { cname: 'test' },
    };
  }

  /** Sends one second of packets, each `level` below the maximum (0 to 127 dB). */
  speak(producer: types.Producer, level = 20): void {
    for (let i = 0; i < 50; i += 1) producer.send(this.#packet(level));
  }

  #packet(level: number): Buffer {
    this.#sequenceNumber += 1;
    this.#timestamp += SAMPLES_PER_PACKET;
    const packet = Buffer.alloc(12 + 8 + 20);
    packet.writeUInt8(0x90, 0); // version 2, with an extension
    packet.writeUInt8(PAYLOAD_TYPE, 1);
    packet.writeUInt16BE(this.#sequenceNumber, 2);
    packet.writeUInt32BE(this.#timestamp, 4);
    packet.writeUInt32BE(this.#ssrc, 8);
    packet.writeUInt16BE(0xbede, 12); // one-byte extensions
    packet.writeUInt16BE(1, 14); // one word of extensions
    packet.writeUInt8(LEVEL_EXTENSION_ID << 4, 16);
    packet.writeUInt8(0x80 | level, 17); // with voice
    return packet;
  }
}
