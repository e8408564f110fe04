/** The parts of a protoo frame that the bench reads. */
interface Frame {
  readonly request?: boolean;
  readonly id?: number;
  readonly method?: string;
}

/** WebSocket with a scripted server that responds from a table in the same turn. Replaces the global. */
export class ScriptedSocket {
  static readonly OPEN = 1;
  readonly readyState = ScriptedSocket.OPEN;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly #responses: Readonly<Record<string, unknown>>;

  constructor(responses: Readonly<Record<string, unknown>>) {
    this.#responses = responses;
    queueMicrotask(() => this.onopen?.());
  }

  send(text: string): void {
    const { request, id, method = '' } = JSON.parse(text) as Frame;
    if (request !== true) return;
    const response = JSON.stringify({ response: true, id, ok: true, data: this.#responses[method] ?? {} });
    queueMicrotask(() => {
      this.receive(response);
    });
  }

  /** Receives a frame, as from the network. */
  receive(text: string): void {
    this.onmessage?.({ data: text });
  }

  close(): void {
    this.onmessage = null;
  }
}

/** Runs `act` with a scripted global WebSocket. Resolves with the socket opened last, and the result of `act`. */
export async function withScriptedSocket<T>(
  responses: Readonly<Record<string, unknown>>,
  act: () => Promise<T>,
): Promise<{ socket: ScriptedSocket; result: T }> {
  const opened: ScriptedSocket[] = [];
  const genuine = globalThis.WebSocket;
  class Scripted extends ScriptedSocket {
    constructor() {
      super(responses);
      opened.push(this);
    }
  }
  globalThis.WebSocket = Scripted as unknown as typeof WebSocket;
  try {
    const result = await act();
    const socket = opened.at(-1);
    if (socket === undefined) throw new Error('the client opened no WebSocket');
    return { socket, result };
  } finally {
    globalThis.WebSocket = genuine;
  }
}
