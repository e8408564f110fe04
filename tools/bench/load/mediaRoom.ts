/** Peers in a room with media, beside the peers of the load: one sends audio and video, the others receive both. */
export const mediaRoom = { peers: 4, producers: 2 } as const;

/** Packets since the last report. */
export interface MediaReport {
  readonly sent: number;
  /** Packets that all receivers together should have received. */
  readonly due: number;
  readonly received: number;
}
