import type { RoomCapabilities } from '../../room/capabilities.ts';

/** What every dialect of the family can do before the server has spoken; it may announce more at join. */
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
