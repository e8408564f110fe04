/**
 * Functions of sdp-transform that the engines call. The published package has a bundle of them in this file
 * (`build/leanSdpTransform.ts`).
 */
export { parse, parseParams, parseSimulcastStreamList, write } from 'sdp-transform';
