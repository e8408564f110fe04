/** What browsers run of the contracts: the suites, and the real ones that they are about. Resolves in this workspace only. */
export { type ContractResult, runContract } from './Contract.ts';
export { captureContract, noDevicesContract, refusedCaptureContract } from './captureContract.ts';
export { mediaEngineContract } from './mediaEngineContract.ts';
export type { MediaEngineWorld } from './mediaEngineWorld.ts';
export { peerConnectionMediaContract } from './peerConnectionMediaContract.ts';
export { rtcPeerConnectionContract } from './rtcPeerConnectionContract.ts';
export { DeviceEngine } from '../media/device/DeviceEngine.ts';
export { PeerConnectionEngine } from '../media/peerConnection/PeerConnectionEngine.ts';
