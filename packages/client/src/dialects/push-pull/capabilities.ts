import type { Extension } from '@tureen/protocol/push-pull';
import type { RoomCapabilities } from '../../room/capabilities.ts';

/** What the dialect can do, with what this server has announced on top. */
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
    // No connection is ever negotiated a second time: what is broken is made anew.
    recovery: {
      iceRestart: false,
      rebuildSend: true,
      rebuildRecv: true,
      // A pull fails with its source as well: where nobody tells of that, it may be no fault of the connection.
      ...(extensions.has('pusherClosed') ? {} : { rejoinRecv: false }),
    },
  };
}
