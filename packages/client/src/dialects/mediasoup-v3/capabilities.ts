import type { RoomCapabilities } from '../../room/capabilities.ts';

/** Capabilities before the response to join, which may announce more. */
export const baseCapabilities: RoomCapabilities = {
  dataChannels: true,
  text: false,
  displayName: true,
  layers: 'layers',
  priority: true,
  keyFrameRequest: true,
  scores: true,
  serverStats: true,
  remotePause: true,
  closeConsumer: false,
  // A stock server binds consumers to the recv transport they were made on.
  recovery: { iceRestart: true, rebuildSend: true, rebuildRecv: false },
};
