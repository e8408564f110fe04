/**
 * What runs of sdp-transform, for both engines. The published package has it in this file, without what neither calls
 * (`sdpTransform.config.ts`).
 */
export { parse, parseParams, parseSimulcastStreamList, write } from 'sdp-transform';
