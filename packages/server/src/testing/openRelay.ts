import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** Relay to a port of this machine, which can break the path without a notification to either end. */
export async function openRelay(port: number) {
  const sockets: Socket[] = [];
  let isSwallowing = false;
  const pass = (from: Socket, to: Socket) => {
    sockets.push(from);
    from.on('data', (bytes: Buffer) => {
      if (!isSwallowing) to.write(bytes);
    });
    from.on('error', () => to.destroy());
    from.once('close', () => to.destroy());
  };
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    pass(near, far);
    pass(far, near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    /** Reads all data, and forwards none. */
    swallow() {
      isSwallowing = true;
    },
    /** Stops reading. */
    pause() {
      for (const socket of sockets) socket.pause();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
