#!/usr/bin/env node
import type { Logger } from 'pino';
import { helpText, readSettings, SettingsError } from './config/index.ts';
import type { Command } from './config/index.ts';
import { createLogger } from './logger.ts';
import { ProcessExit } from './logs/ProcessExit.ts';
import { standardOutput } from './logs/standardOutput.ts';
import { writeStderr } from './logs/writeStderr.ts';
import { startServer } from './main.ts';
import type { RunningServer } from './main.ts';
import { StartError } from './StartError.ts';
import { version } from './version.ts';

const EXIT_FAILED = 1;
const EXIT_WRONG_SETTINGS = 2;

/** Prints help or version. */
function print(text: string): void {
  process.stdout.on('error', (error: Error & { code?: string }) => {
    // The reader closed the pipe early, as `head` does.
    if (error.code === 'EPIPE') return;
    writeStderr(`tureen-server: cannot write to stdout: ${error.message}\n`);
    process.exitCode = EXIT_FAILED;
  });
  process.stdout.write(text);
}

/** Returns the command to run. Undefined where there is nothing left to do. */
function readCommand(): Extract<Command, { kind: 'run' }> | undefined {
  try {
    const command = readSettings(process.argv.slice(2), process.env);
    if (command.kind === 'run') return command;
    print(command.kind === 'help' ? helpText() : `${version}\n`);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    writeStderr(error.problems.map((problem) => `tureen-server: ${problem}\n`).join(''));
    process.exitCode = EXIT_WRONG_SETTINGS;
  }
  return undefined;
}

/** After an uncaught error the state of the process is unknown. */
function endOnUncaught(exit: ProcessExit, logger: Logger): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      exit.begin(EXIT_FAILED);
      writeStderr(
        `tureen-server: ${event}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
      logger.fatal({ err: error, event }, 'exiting after an uncaught error');
    });
  }
}

/** The first signal drains the server, the second exits at once. */
function stopOnSignals(server: RunningServer, exit: ProcessExit, logger: Logger): void {
  let isStopping = false;
  const stop = (signal: string) => {
    if (isStopping) {
      logger.warn({ signal }, 'exiting at once on the second signal');
      exit.begin(EXIT_FAILED);
      return;
    }
    isStopping = true;
    logger.info({ signal }, 'stopping');
    // A failure to close goes to endOnUncaught.
    void server.drain().then(() => {
      exit.begin(0);
    });
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

async function run({ settings, ignored }: Extract<Command, { kind: 'run' }>): Promise<void> {
  // Without a listener, SIGXFSZ ends the process when a log file reaches `ulimit -f`. With a listener, the write fails.
  process.on('SIGXFSZ', () => undefined);
  const logger = await createLogger(settings);
  const exit = new ProcessExit(standardOutput());
  endOnUncaught(exit, logger);
  for (const { reason, ...variable } of ignored) logger.warn(variable, `ignoring environment variable: ${reason}`);
  try {
    stopOnSignals(await startServer(settings, { logger }), exit, logger);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    exit.begin(EXIT_FAILED);
    // Printed even if the log is silent or structured: a person may wait at a terminal.
    writeStderr(`tureen-server: ${error.message}\n`);
    // The message contains the cause, which a serialized error would repeat.
    logger.fatal({ code: error.code, error: error.message }, 'cannot start the server');
  }
}

const command = readCommand();
if (command !== undefined) await run(command);
