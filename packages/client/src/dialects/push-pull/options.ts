/** Options of `pushPull()`. */
export interface PushPullOptions {
  /**
   * Kind of the server. `rtcpilot`: the server RTCPilot, which accepts only one spelling of opus and H264 and has no extensions.
   * Default `standard`.
   */
  readonly profile?: 'standard' | 'rtcpilot' | undefined;
  /**
   * How to reconnect: under the same user ID (`resume`), or under a fresh one such as `alice~2` (`rejoin`). RTCPilot sends no
   * notifications to a user that joins again under the same ID. `room.peerId` stays the same. Default: `rejoin` in profile
   * `rtcpilot`, otherwise `resume`.
   */
  readonly reconnect?: 'resume' | 'rejoin' | undefined;
  /** Token for the request to join, for servers that require one. */
  readonly roomToken?: string | undefined;
  /** Joins as audience, which receives only and is not announced to other users. Default false. */
  readonly audience?: boolean | undefined;
  /**
   * STUN and TURN servers, which this protocol cannot name. They override those of the engine. The engine drops a server that the
   * browser refuses, with a warning. Default: none.
   */
  readonly iceServers?: readonly RTCIceServer[] | undefined;
  /** Interval of heartbeats in ms. Servers evict a user after 45 s without one. Default 10 000. */
  readonly heartbeatMs?: number | undefined;
}
