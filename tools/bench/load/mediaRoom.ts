/** Who is in a room with media, beside those of the load: one sends sound and picture, the others receive both. */
export const mediaRoom = { peers: 4, producers: 2 } as const;

/** Packets since the last report. */
export interface MediaReport {
  readonly sent: number;
  /** What should have come of them, at all receivers together. */
  readonly due: number;
  readonly received: number;
}
