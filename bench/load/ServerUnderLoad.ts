import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

import type { ServerReport } from './serverProcess.ts';

/** A server in another process. */
export class ServerUnderLoad {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  static async start(): Promise<ServerUnderLoad> {
    const child = fork(new URL('serverProcess.ts', import.meta.url), { execArgv: ['--conditions=tureen-source'] });
    const [url] = (await once(child, 'message')) as [string];
    return new ServerUnderLoad(child, url);
  }

  /** How it has fared since it was asked last. */
  async report(): Promise<ServerReport> {
    const answered = once(this.#child, 'message');
    this.#child.send('report');
    const [report] = (await answered) as [ServerReport];
    return report;
  }

  async close(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}
