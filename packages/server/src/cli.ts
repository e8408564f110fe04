#!/usr/bin/env node
import type { Logger } from 'pino';
import { helpText, readSettings, SettingsError } from './config/index.ts';
import type { Command } from './config/index.ts';
import { createLogger } from './logger.ts';
import { startServer } from './main.ts';
import type { RunningServer } from './main.ts';
import { StartError } from './StartError.ts';
import { version } from './version.ts';

const EXIT_FAILED = 1;
const EXIT_WRONG_SETTINGS = 2;

/** The settings, or undefined when everything asked for is done. */
function readCommand(): Extract<Command, { kind: 'run' }> | undefined {
  try {
    const command = readSettings(process.argv.slice(2), process.env);
    if (command.kind === 'run') return command;
    process.stdout.write(command.kind === 'help' ? helpText() : `${version}\n`);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    for (const problem of error.problems) process.stderr.write(`tureen-server: ${problem}\n`);
    process.exitCode = EXIT_WRONG_SETTINGS;
  }
  return undefined;
}

/** A failure nobody caught leaves the process in a state nobody knows: told, and ended. */
function endOnUncaught(logger: Logger): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      logger.fatal({ err: error, event }, 'uncaught, server ends');
      process.exit(EXIT_FAILED);
    });
  }
}

/** The first signal stops in good order, the second at once. */
function stopOnSignals(server: RunningServer, logger: Logger): void {
  let isStopping = false;
  const stop = (signal: string) => {
    if (isStopping) {
      logger.warn({ signal }, 'second signal, server ends at once');
      process.exit(EXIT_FAILED);
    }
    isStopping = true;
    logger.info({ signal }, 'stopping');
    // A failure to close goes to endOnUncaught.
    void server.drain().then(() => process.exit());
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

const command = readCommand();
if (command !== undefined) {
  const logger = await createLogger(command.settings);
  endOnUncaught(logger);
  try {
    stopOnSignals(await startServer(command.settings, { logger }), logger);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    // Also where logs are silent or for machines: somebody sits before a terminal and waits.
    process.stderr.write(`tureen-server: ${error.message}\n`);
    logger.fatal({ err: error, code: error.code }, 'not started');
    process.exit(EXIT_FAILED);
  }
}
