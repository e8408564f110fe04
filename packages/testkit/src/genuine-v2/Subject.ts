export type Kind = 'audio' | 'video';
/** Entities whose statistics are enabled. */
export type StatsOf = 'transports' | 'producers' | 'consumers';

/** A program in the room, with the actions of its user. */
export interface Subject {
  readonly name: string;
  /** State that the app knows, for a comparison of both programs. */
  readonly state: () => unknown;
  join(): Promise<void>;
  publish(kind: Kind, options?: { simulcast?: boolean; source?: string }): Promise<void>;
  setProducerPaused(kind: Kind, paused: boolean): void;
  closeProducer(kind: Kind): void;
  setConsumerPaused(kind: Kind, paused: boolean): void;
  prefer(kind: Kind, profile: 'low' | 'medium' | 'high'): void;
  requestKeyFrame(kind: Kind): void;
  enableStats(of: StatsOf, intervalMs: number): void;
  disableStats(of: StatsOf): void;
  restartIce(): void;
  leave(): void;
}
