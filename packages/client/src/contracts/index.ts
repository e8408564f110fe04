/** Contracts that the suites run in browsers. Resolves in this workspace only. */
export { type ContractResult, runContract } from './Contract.ts';
export { captureContract, noDevicesContract, refusedCaptureContract } from './captureContract.ts';
export { mediaEngineContract } from './mediaEngineContract.ts';
export type { MediaEngineWorld } from './mediaEngineWorld.ts';
export { peerConnectionMediaContract } from './peerConnectionMediaContract.ts';
export { rtcPeerConnectionContract } from './rtcPeerConnectionContract.ts';
