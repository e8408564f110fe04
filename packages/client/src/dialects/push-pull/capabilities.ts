import type { Extension } from '@tureen/protocol/push-pull';
import type { RoomCapabilities } from '../../room/capabilities.ts';

/** Returns the capabilities of the dialect with this server's extensions. */
export function toCapabilities(extensions: ReadonlySet<Extension>): RoomCapabilities {
  return {
    dataChannels: false,
    text: true,
    displayName: false,
    layers: 'none',
    priority: false,
    keyFrameRequest: false,
    scores: false,
    serverStats: false,
    remotePause: extensions.has('pausePush'),
    closeConsumer: extensions.has('closeConsumer'),
    // Connections are never renegotiated; new ones replace broken ones.
    recovery: {
      iceRestart: false,
      rebuildSend: true,
      rebuildRecv: true,
      // A pull fails when its source closes. Unless the server reports the close, the connection may not be at fault.
      ...(extensions.has('pusherClosed') ? {} : { rejoinRecv: false }),
    },
  };
}
