import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** Program in its own process. Sends one message when it is ready, and responds to each request with a report. */
export class Program<Ready, Report> {
  readonly ready: Ready;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, ready: Ready) {
    this.#child = child;
    this.ready = ready;
  }

  static async start<Ready, Report>(file: URL, args: readonly string[] = []): Promise<Program<Ready, Report>> {
    const child = fork(file, args, { execArgv: ['--conditions=tureen-source'] });
    const failed = once(child, 'exit').then(([code]: unknown[]) => {
      throw new Error(`${file.pathname} ended with ${String(code)} before it was ready`);
    });
    const [ready] = (await Promise.race([once(child, 'message'), failed])) as [Ready];
    failed.catch(() => {});
    return new Program<Ready, Report>(child, ready);
  }

  /** Requests a report on the time since the last one. With `collect`, the program collects garbage first. */
  async report(question: 'report' | 'collect' = 'report'): Promise<Report> {
    const answered = once(this.#child, 'message');
    this.#child.send(question);
    const [report] = (await answered) as [Report];
    return report;
  }

  /** Kills the program, like a crash. */
  async kill(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  async close(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}
