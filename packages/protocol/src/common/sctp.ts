import * as v from './kinds.ts';
import { maybe, prepared, shape, uint32 } from './schema.ts';

/** What mediasoup itself allows where nothing is said, in bytes. */
const DEFAULT_MAX_MESSAGE_SIZE = 262144;

/**
 * SCTP of the server's end of a transport. Sizes in bytes. Servers before mediasoup 3.20 send one size for both ways
 * (`maxMessageSize`); read, both ways are there.
 */
export const sctpParameters = prepared(
  shape({
    port: v.number(),
    maxSendMessageSize: v.number(),
    maxReceiveMessageSize: v.number(),
    OS: maybe(v.number()),
    MIS: maybe(v.number()),
    maxMessageSize: maybe(v.number()),
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
/** SCTP of the server's end of a transport, read. Sizes in bytes. */
export type SctpParameters = v.InferOutput<typeof sctpParameters>;

/** One data channel. */
export const sctpStreamParameters = shape({
  streamId: uint32,
  ordered: maybe(v.boolean()),
  /** ms. */
  maxPacketLifeTime: maybe(uint32),
  maxRetransmits: maybe(uint32),
});
/** One data channel: produceData and newDataConsumer. */
export type SctpStreamParameters = v.InferOutput<typeof sctpStreamParameters>;

/** How many data channels an end can have: to begin with (OS) and at most (MIS). */
export const sctpCapabilities = shape({ numStreams: shape({ OS: uint32, MIS: uint32 }) });
/** How many data channels an end can have: createWebRtcTransport and join. */
export type SctpCapabilities = v.InferOutput<typeof sctpCapabilities>;
