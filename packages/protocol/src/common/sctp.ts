import * as s from './schema/index.ts';
import { uint32 } from './integers.ts';

/** Default of mediasoup, in bytes. */
const DEFAULT_MAX_MESSAGE_SIZE = 262144;

/**
 * SCTP parameters of the server's end of a transport. Sizes in bytes. Servers before mediasoup 3.20 send one size for both directions
 * (`maxMessageSize`), which both fields receive.
 */
export const sctpParameters = s.preprocess(
  s.object({
    port: s.number(),
    maxSendMessageSize: s.number(),
    maxReceiveMessageSize: s.number(),
    OS: s.optional(s.number()),
    MIS: s.optional(s.number()),
    maxMessageSize: s.optional(s.number()),
  }),
  (fields) => {
    const size = fields.maxMessageSize ?? DEFAULT_MAX_MESSAGE_SIZE;
    return {
      ...fields,
      maxSendMessageSize: fields.maxSendMessageSize ?? size,
      maxReceiveMessageSize: fields.maxReceiveMessageSize ?? size,
    };
  },
);
/** SCTP parameters of the server's end of a transport. Sizes in bytes. */
export type SctpParameters = s.InferOutput<typeof sctpParameters>;

/** One data channel. */
export const sctpStreamParameters = s.object({
  streamId: uint32,
  ordered: s.optional(s.boolean()),
  /** In ms. */
  maxPacketLifeTime: s.optional(uint32),
  maxRetransmits: s.optional(uint32),
});
/** One data channel: produceData and newDataConsumer. */
export type SctpStreamParameters = s.InferOutput<typeof sctpStreamParameters>;

/** Numbers of data channels that an end supports: initially (OS) and at most (MIS). */
export const sctpCapabilities = s.object({ numStreams: s.object({ OS: uint32, MIS: uint32 }) });
/** Numbers of data channels that an end supports: createWebRtcTransport and join. */
export type SctpCapabilities = s.InferOutput<typeof sctpCapabilities>;
