/** A part of a protoo frame: what of it is looked at here. */
interface Frame {
  readonly request?: boolean;
  readonly id?: number;
  readonly method?: string;
}

/** A WebSocket whose server answers by a table and sends what it is told to, all in the same turn. Stands in for the global. */
export class ScriptedSocket {
  static readonly OPEN = 1;
  readonly readyState = ScriptedSocket.OPEN;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly #answers: Readonly<Record<string, unknown>>;

  constructor(answers: Readonly<Record<string, unknown>>) {
    this.#answers = answers;
    queueMicrotask(() => this.onopen?.());
  }

  send(text: string): void {
    const { request, id, method = '' } = JSON.parse(text) as Frame;
    if (request !== true) return;
    const answer = JSON.stringify({ response: true, id, ok: true, data: this.#answers[method] ?? {} });
    queueMicrotask(() => {
      this.receive(answer);
    });
  }

  /** As a frame that came from the network. */
  receive(text: string): void {
    this.onmessage?.({ data: text });
  }

  close(): void {
    this.onmessage = null;
  }
}

/** While `act` is under way, the global WebSocket is a scripted one; resolves with the last that was opened, and what `act` did. */
export async function withScriptedSocket<T>(
  answers: Readonly<Record<string, unknown>>,
  act: () => Promise<T>,
): Promise<{ socket: ScriptedSocket; result: T }> {
  const opened: ScriptedSocket[] = [];
  const genuine = globalThis.WebSocket;
  class Scripted extends ScriptedSocket {
    constructor() {
      super(answers);
      opened.push(this);
    }
  }
  globalThis.WebSocket = Scripted as unknown as typeof WebSocket;
  try {
    const result = await act();
    const socket = opened.at(-1);
    if (socket === undefined) throw new Error('no WebSocket was opened');
    return { socket, result };
  } finally {
    globalThis.WebSocket = genuine;
  }
}
