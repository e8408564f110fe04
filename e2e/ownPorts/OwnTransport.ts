import { TureenError } from '@tureen/client';
import type { ConnectOptions, ProtooFrame, SignalingTransport, TransportConnection } from '@tureen/client/ports';
import { HallServer } from './HallServer.ts';

/** A signaling transport of an app: a server in memory. Delivers each frame in a microtask of its own, as text. */
export class OwnTransport implements SignalingTransport {
  /** One for each connection. */
  readonly servers: HallServer[] = [];
  /** Ends the newest connection as a lost network does. */
  drop: () => void = () => {};

  async connect({ params, signal, onFrame, onClosed }: ConnectOptions): Promise<TransportConnection> {
    if (signal.aborted) throw new TureenError('aborted', 'the attempt was given up');
    if (params.hall !== 'r1') throw new TureenError('connectionFailed', `there is no hall '${String(params.hall)}'`);
    let isOpen = true;
    const server = new HallServer((frame) => {
      const text = JSON.stringify(frame);
      queueMicrotask(() => {
        if (isOpen) onFrame(JSON.parse(text) as ProtooFrame);
      });
    });
    this.servers.push(server);
    this.drop = () => {
      isOpen = false;
      onClosed({ by: 'network', code: 1006 });
    };
    return {
      send: (frame) => {
        if (!isOpen) throw new TureenError('connectionLost', 'the connection is closed');
        server.handle(JSON.parse(JSON.stringify(frame)) as ProtooFrame);
      },
      close: () => {
        isOpen = false;
      },
    };
  }
}
