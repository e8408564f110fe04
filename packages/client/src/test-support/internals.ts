/** Internals of the client for `@tureen/testkit`, beyond its public entries. Resolves in this workspace only. */
export type { SessionOptions } from '../dialects/mediasoup-v2-shared/options.ts';
export type { PushPullOptions } from '../dialects/push-pull/options.ts';
export { PushPullDialect } from '../dialects/push-pull/PushPullDialect.ts';
export type { FakeEngineOptions } from '../media/fake/FakeEngine.ts';
export { prepareOffer } from '../media/peerConnection/prepareOffer.ts';
export { silentLogger } from '../shared/logger.ts';
export { Recorder } from '../shared/Recorder.ts';
export { decodeFrame, encodeFrame } from '../signaling/frameCodec.ts';
export { SignalingChannel } from '../signaling/SignalingChannel.ts';
export { Trace } from '../signaling/Trace.ts';
