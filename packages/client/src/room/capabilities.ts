/** What a dialect can say, as data: the room reads it and never asks which dialect it has. */
export interface RoomCapabilities {
  /** `room.produceData` and data consumers. */
  readonly dataChannels: boolean;
  /** `room.sendText` and `textMessage`. Servers that announce it add it at join. */
  readonly text: boolean;
  /** The display name can change after join. */
  readonly displayName: boolean;
  /** `consumer.setPreferredLayers`: by number, by profile (one number per stream, temporal ignored), or not. */
  readonly layers: 'layers' | 'profiles' | 'none';
  readonly priority: boolean;
  readonly keyFrameRequest: boolean;
  readonly scores: boolean;
  /** `getServerStats` and `enableStats`. */
  readonly serverStats: boolean;
  /** A paused producer is announced to the others. */
  readonly remotePause: boolean;
  /** The server can be told for good that a consumer is not wanted; otherwise it is paused there. */
  readonly closeConsumer: boolean;
  /** Which repairs are there between a broken transport and a full rejoin. */
  readonly recovery: {
    readonly iceRestart: boolean;
    readonly rebuildSend: boolean;
    readonly rebuildRecv: boolean;
    /** False where what we receive may also fail with its source: no reason to join anew. Default true. */
    readonly rejoinRecv?: boolean;
  };
}
