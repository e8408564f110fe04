/** Capabilities of a dialect and its server. */
export interface RoomCapabilities {
  /** `room.produceData()` and data consumers. */
  readonly dataChannels: boolean;
  /**
   * `room.sendText()` and the event `textMessage`. In the mediasoup dialects true after a join, if the server announces the
   * extension.
   */
  readonly text: boolean;
  /** `room.setDisplayName()` after the join. */
  readonly displayName: boolean;
  /**
   * `consumer.setPreferredLayers()`. `layers`: by number. `profiles`: by quality, one number per stream, without temporal layers.
   * `none`: not supported.
   */
  readonly layers: 'layers' | 'profiles' | 'none';
  /** `consumer.setPriority()`. */
  readonly priority: boolean;
  /** `consumer.requestKeyFrame()`. */
  readonly keyFrameRequest: boolean;
  /** The events `consumerScore` and `producerScore`. */
  readonly scores: boolean;
  /** `getServerStats()` and `enableStats()`. */
  readonly serverStats: boolean;
  /** Whether remote peers learn that a producer is paused. */
  readonly remotePause: boolean;
  /** Whether the server closes a consumer on request. Otherwise `consumer.close()` pauses the consumer at the server. */
  readonly closeConsumer: boolean;
  /** Steps that repair a broken transport before a rejoin. */
  readonly recovery: {
    readonly iceRestart: boolean;
    readonly rebuildSend: boolean;
    readonly rebuildRecv: boolean;
    /** False where receiving also fails when the remote source fails, so that a rejoin does not help. Default true. */
    readonly rejoinRecv?: boolean;
  };
}
