import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Exit code of a shell for a program that does not exist. */
const NOT_FOUND = 127;

/**
 * Runs a program in place of this process, with its terminal, signals and exit code. The terminal sends Ctrl-C to the program directly,
 * so this process only waits. A signal sent only to this process is passed on to the program.
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
      console.error(`${command} did not start: ${error.message}`);
      finish(NOT_FOUND);
    });
    child.once('exit', (code, signal) => finish(code ?? 128 + constants.signals[signal]));
  });
}
