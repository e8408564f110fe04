import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A program of this folder in a process of its own: it says one thing when it is ready, and answers each question with a report. */
export class Program<Ready, Report> {
  readonly ready: Ready;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, ready: Ready) {
    this.#child = child;
    this.ready = ready;
  }

  static async start<Ready, Report>(file: string, args: readonly string[] = []): Promise<Program<Ready, Report>> {
    const child = fork(new URL(file, import.meta.url), args, { execArgv: ['--conditions=tureen-source'] });
    const failed = once(child, 'exit').then(([code]: unknown[]) => {
      throw new Error(`${file} ended with ${String(code)} before it was ready`);
    });
    const [ready] = (await Promise.race([once(child, 'message'), failed])) as [Ready];
    failed.catch(() => {});
    return new Program<Ready, Report>(child, ready);
  }

  /** How it has fared since it was asked last; on demand after it has collected its garbage, which takes it a moment. */
  async report(question: 'report' | 'collect' = 'report'): Promise<Report> {
    const answered = once(this.#child, 'message');
    this.#child.send(question);
    const [report] = (await answered) as [Report];
    return report;
  }

  async close(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}
