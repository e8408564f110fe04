import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** What a shell reports for a program that is not there. */
const NOT_FOUND = 127;

/**
 * Runs a program in place of this process: with its terminal, its signals and its exit code. Ctrl-C reaches the program from
 * the terminal itself, so this process only waits; a signal that was sent to this process alone goes on to the program.
 * @returns {Promise<number>} exit code
 */
export function passThrough(command, args, { cwd, env, stdio = 'inherit' }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio });
    const wait = () => undefined;
    const forward = (signal) => child.kill(signal);
    process.on('SIGINT', wait);
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, forward);
    const finish = (code) => {
      process.off('SIGINT', wait);
      for (const signal of ['SIGTERM', 'SIGHUP']) process.off(signal, forward);
      resolve(code);
    };
    child.once('error', (error) => {
      console.error(`${command} does not start: ${error.message}`);
      finish(NOT_FOUND);
    });
    child.once('exit', (code, signal) => finish(code ?? 128 + constants.signals[signal]));
  });
}
