export type Kind = 'audio' | 'video';
/** Whose statistics. */
export type StatsOf = 'transports' | 'producers' | 'consumers';

/** A program in the room, by what its user does with it. */
export interface Subject {
  readonly name: string;
  /** What its app has come to know, for a look at whether both know the same. */
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
