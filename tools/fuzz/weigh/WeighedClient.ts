import type { OpenSocketOptions } from '../openSocket.ts';
import { attach } from '../openSocket.ts';
import { FuzzSocket } from '../FuzzSocket.ts';

/** Data of a response; undefined where the server refused the request, or the connection closed. */
type Answer = { readonly data: unknown } | undefined;

/** A client of the server's code from the socket on. It accepts every request of the server. */
export class WeighedClient {
  readonly #socket = new FuzzSocket();
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastId = 0;

  constructor(options: OpenSocketOptions) {
    this.#socket.onText = (text) => {
      this.#handleText(text);
    };
    this.#socket.on('close', () => {
      for (const resolve of this.#waiting.values()) resolve(undefined);
      this.#waiting.clear();
    });
    attach(this.#socket, options);
  }

  /** Returns the text of a message, and the ID of its request. */
  frame(
    kind: 'request' | 'notification',
    method: string,
    json: string,
  ): { readonly text: string; readonly id: number } {
    const id = (this.#lastId += 1);
    const head = kind === 'request' ? `"request":true,"id":${String(id)}` : '"notification":true';
    return { text: `{${head},"method":${JSON.stringify(method)},"data":${json}}`, id };
  }

  say(text: string): void {
    this.#socket.say(text);
  }

  answerTo(id: number): Promise<Answer> {
    if (!this.#socket.isOpen) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
    });
  }

  ask(method: string, data: unknown): Promise<Answer> {
    const { text, id } = this.frame('request', method, JSON.stringify(data));
    const answer = this.answerTo(id);
    this.say(text);
    return answer;
  }

  close(): void {
    this.#socket.drop();
  }

  #handleText(text: string): void {
    const frame = JSON.parse(text) as { request?: true; response?: true; id?: number; ok?: boolean; data?: unknown };
    if (frame.request === true) {
      queueMicrotask(() => {
        this.say(`{"response":true,"id":${String(frame.id)},"ok":true,"data":{}}`);
      });
    }
    if (frame.response !== true || frame.id === undefined) return;
    this.#waiting.get(frame.id)?.(frame.ok === true ? { data: frame.data } : undefined);
    this.#waiting.delete(frame.id);
  }
}
