import type { WorkerCalls } from './WorkerCalls.ts';

/** Reports a listener that threw. */
export type ReportListenerError = (error: unknown, event: string) => void;

/** What every object on a router shares. */
export interface MediaContext {
  /** Requests to the worker that the object lives on. */
  readonly calls: WorkerCalls;
  readonly onListenerError: ReportListenerError;
}
