/** Options of `pushPull()`. */
export interface PushPullOptions {
  /**
   * `rtcpilot` for the server RTCPilot, which accepts one spelling of opus and H264 only and has no extensions. Default
   * `standard`.
   */
  readonly profile?: 'standard' | 'rtcpilot' | undefined;
  /**
   * How to reconnect: under the same user id (`resume`), or under a fresh one such as `alice~2` (`rejoin`). RTCPilot sends no
   * notifications to a user that joins again under the same id. `room.peerId` stays the same. Default `rejoin` in profile
   * `rtcpilot`, else `resume`.
   */
  readonly reconnect?: 'resume' | 'rejoin' | undefined;
  /** Token in the request to join, for servers that require one. */
  readonly roomToken?: string | undefined;
  /** Joins as audience, which receives only and is not announced to other users. Default false. */
  readonly audience?: boolean | undefined;
  /**
   * STUN and TURN servers, as this protocol cannot name any. They win over those of the engine. A server that the browser refuses
   * is dropped with a warning. Default none.
   */
  readonly iceServers?: readonly RTCIceServer[] | undefined;
  /** Interval of heartbeats in ms. Default 10 000. Servers evict a user after 45 s without one. */
  readonly heartbeatMs?: number | undefined;
}
