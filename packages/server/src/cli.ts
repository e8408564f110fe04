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

/** Prints what the command line asks for instead of a server. */
function print(text: string): void {
  process.stdout.on('error', (error: Error & { code?: string }) => {
    // The reader has seen enough.
    if (error.code === 'EPIPE') return;
    writeStderr(`tureen-server: cannot write to stdout: ${error.message}\n`);
    process.exitCode = EXIT_FAILED;
  });
  process.stdout.write(text);
}

/** The command to run, or undefined where everything asked for is done. */
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

/** After an error that nothing caught, the state of the process is unknown. */
function endOnUncaught(exit: ProcessExit, logger: Logger): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      exit.begin(EXIT_FAILED);
      writeStderr(
        `tureen-server: ${event}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
      logger.fatal({ err: error, event }, 'uncaught, server ends');
    });
  }
}

/** The first signal stops in good order, the second at once. */
function stopOnSignals(server: RunningServer, exit: ProcessExit, logger: Logger): void {
  let isStopping = false;
  const stop = (signal: string) => {
    if (isStopping) {
      logger.warn({ signal }, 'second signal, server ends at once');
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

async function run({ settings }: Extract<Command, { kind: 'run' }>): Promise<void> {
  // Without a listener the signal ends the process when a log file reaches `ulimit -f`; with one, the write fails.
  process.on('SIGXFSZ', () => undefined);
  const logger = await createLogger(settings);
  const exit = new ProcessExit(standardOutput());
  endOnUncaught(exit, logger);
  try {
    stopOnSignals(await startServer(settings, { logger }), exit, logger);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    exit.begin(EXIT_FAILED);
    // Also where the log is silent or for machines: a person waits before a terminal.
    writeStderr(`tureen-server: ${error.message}\n`);
    // The message names its cause. A serialized error has both several times.
    logger.fatal({ code: error.code, error: error.message }, 'not started');
  }
}

const command = readCommand();
if (command !== undefined) await run(command);
