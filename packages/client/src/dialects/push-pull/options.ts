/** Options of `pushPull()`. */
export interface PushPullOptions {
  /**
   * What the server takes: `standard`, or `rtcpilot` for RTCPilot, which wants opus and H264 spelt in one way only and knows
   * nothing of what is ours. Default `standard`.
   */
  readonly profile?: 'standard' | 'rtcpilot' | undefined;
  /**
   * As whom to come back after a loss: under the same id (`resume`), or under a fresh one, `alice~2` (`rejoin`), as RTCPilot
   * tells nothing more to a user that comes back under its own. `room.peerId` stays the same. Default `rejoin` in profile
   * `rtcpilot`, else `resume`.
   */
  readonly reconnect?: 'resume' | 'rejoin' | undefined;
  /** Sent with join, for servers that want one. */
  readonly roomToken?: string | undefined;
  /** Watches only: the others are not told, and nothing can be sent. Default false. */
  readonly audience?: boolean | undefined;
  /** ms between two signs of life. Default 10 000; servers forget whom they have not heard of for 45 s. */
  readonly heartbeatMs?: number | undefined;
}
