import { TureenError } from '@tureen/client';
import type { ConnectOptions, ProtooFrame, SignalingTransport, TransportConnection } from '@tureen/client/ports';
import { HallServer } from './HallServer.ts';

/** Signaling transport of an app, to an in-memory server. Delivers each frame as text in a separate microtask. */
export class OwnTransport implements SignalingTransport {
  /** Servers, one per connection. */
  readonly servers: HallServer[] = [];
  /** Drops the latest connection, like a lost network. */
  drop: () => void = () => {};

  async connect({ params, signal, onFrame, onClosed }: ConnectOptions): Promise<TransportConnection> {
    if (signal.aborted) throw new TureenError('aborted', 'the attempt was given up');
    if (params.hall !== 'r1') throw new TureenError('connectionFailed', `no hall '${String(params.hall)}'`);
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
