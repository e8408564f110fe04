import { pino } from 'pino';
import type { Logger } from 'pino';

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** Lines of a real logger, for assertions. */
export interface CapturedLogs {
  readonly logger: Logger;
  readonly lines: LogLine[];
  readonly messages: () => string[];
  /** Resolves with the next line that has this message. */
  readonly next: (msg: string) => Promise<LogLine>;
}

export function capturedLogs(): CapturedLogs {
  const lines: LogLine[] = [];
  const waiting = new Set<(line: LogLine) => void>();
  const write = (text: string) => {
    const line = JSON.parse(text) as LogLine;
    lines.push(line);
    for (const handle of waiting) handle(line);
  };
  return {
    logger: pino({ level: 'trace' }, { write }),
    lines,
    messages: () => lines.map((line) => line.msg),
    next: (msg) =>
      new Promise((resolve) => {
        const handle = (line: LogLine) => {
          if (line.msg !== msg) return;
          waiting.delete(handle);
          resolve(line);
        };
        waiting.add(handle);
      }),
  };
}
