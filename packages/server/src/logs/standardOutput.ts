import { backgroundClock } from '../shared/backgroundClock.ts';
import { LogDestination } from './LogDestination.ts';
import { stdoutSink } from './LogSink.ts';
import { writeStderr } from './writeStderr.ts';

let destination: LogDestination | undefined;

/** The log destination of this process: its stdout. Made at the first call. */
export function standardOutput(): LogDestination {
  if (destination !== undefined) return destination;
  const made = new LogDestination({
    sink: stdoutSink(),
    clock: backgroundClock,
    onFailing: (error) => {
      writeStderr(
        `tureen-server: cannot write the log (${error.message}); log lines are lost until it can be written\n`,
      );
    },
  });
  process.on('exit', () => {
    made.flushNow();
  });
  destination = made;
  return made;
}

/** Log lines of this process that were dropped. */
export function logLinesLost(): number {
  return destination?.linesLost ?? 0;
}
