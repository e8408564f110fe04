import type { Direction } from './TcpRelay.ts';

interface ProtooFrame {
  readonly request?: boolean;
  readonly response?: boolean;
  readonly id?: number;
  readonly method?: string;
  readonly data?: { readonly method?: unknown } | undefined;
}

/** Names protoo's frames: by method, responses by their request, and with a number among equal frames. */
export class FrameNames {
  readonly #asked = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** E.g. `toServer request join #1`, `toClient response to join #1`. */
  nameOf({ direction, text, connection }: { direction: Direction; text: string; connection: number }): string {
    const frame = JSON.parse(text) as ProtooFrame;
    const name = `${direction} ${this.#what(frame, direction, connection)}`;
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return `${name} #${count}`;
  }

  #what({ request, response, id, method, data }: ProtooFrame, direction: Direction, connection: number): string {
    if (response === true) {
      const asker = direction === 'toServer' ? 'toClient' : 'toServer';
      return `response to ${this.#asked.get(`${asker} ${connection} ${id}`) ?? 'nothing'}`;
    }
    // mediasoup 2 wraps its messages in an envelope.
    const name = typeof data?.method === 'string' ? data.method : (method ?? 'nothing');
    if (request === true) this.#asked.set(`${direction} ${connection} ${id}`, name);
    return `${request === true ? 'request' : 'notification'} ${name}`;
  }
}
