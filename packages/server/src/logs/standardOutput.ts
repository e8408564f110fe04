import { backgroundClock } from '../shared/backgroundClock.ts';
import { LogDestination } from './LogDestination.ts';
import { stdoutSink } from './LogSink.ts';
import { writeStderr } from './writeStderr.ts';

let destination: LogDestination | undefined;

/** Returns the log destination for stdout of this process, created by the first call. */
export function standardOutput(): LogDestination {
  if (destination !== undefined) return destination;
  const made = new LogDestination({
    sink: stdoutSink(),
    clock: backgroundClock,
    onFailing: (error) => {
      writeStderr(
        `tureen-server: cannot write the log (${error.message}); dropping log lines until a write succeeds\n`,
      );
    },
  });
  process.on('exit', () => {
    made.flushNow();
  });
  destination = made;
  return made;
}

/** Returns the number of dropped log lines of this process. */
export function logLinesLost(): number {
  return destination?.linesLost ?? 0;
}
