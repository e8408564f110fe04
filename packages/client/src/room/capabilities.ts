/** What a dialect supports, as data: the room reads it and never asks which dialect it has. */
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
  /** Other peers learn that a producer is paused. */
  readonly remotePause: boolean;
  /** The server closes a consumer on request. Elsewhere `consumer.close()` pauses it there. */
  readonly closeConsumer: boolean;
  /** Recovery steps between a broken transport and a rejoin. */
  readonly recovery: {
    readonly iceRestart: boolean;
    readonly rebuildSend: boolean;
    readonly rebuildRecv: boolean;
    /** False where receiving may also fail with its source, so that a rejoin does not help. Default true. */
    readonly rejoinRecv?: boolean;
  };
}
