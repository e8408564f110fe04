import type { WorkerCalls } from './WorkerCalls.ts';

/** Reports a listener that threw. */
export type ReportListenerError = (error: unknown, event: string) => void;

/** Parts that every object on a router shares. */
export interface MediaContext {
  /** Requests to the object's worker. */
  readonly calls: WorkerCalls;
  readonly onListenerError: ReportListenerError;
}
