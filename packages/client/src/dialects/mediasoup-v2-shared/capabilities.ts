import type { RoomCapabilities } from '../../room/capabilities.ts';

/** Capabilities of all three dialects before the response to join, which may announce more. */
export const v2Capabilities: RoomCapabilities = {
  dataChannels: false,
  text: false,
  displayName: true,
  layers: 'none',
  priority: false,
  keyFrameRequest: false,
  scores: false,
  serverStats: false,
  remotePause: true,
  closeConsumer: false,
  recovery: { iceRestart: false, rebuildSend: true, rebuildRecv: false },
};
