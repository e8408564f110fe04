import type { Socket } from 'node:net';

const nothing = Buffer.alloc(0);

/**
 * Writes buffers to a socket in one write. Returns whether the system accepted all of them at once, as almost always.
 * Otherwise `onWritten` is called once, when the system accepted them or never will: Node calls it in a tick of its own, which
 * costs too much for each notification to each client.
 */
export function writeTogether(socket: Socket, buffers: readonly Buffer[], onWritten: () => void): boolean {
  if (buffers.length > 1) socket.cork();
  for (const buffer of buffers) socket.write(buffer);
  if (buffers.length > 1) socket.uncork();
  if (socket.writableLength === 0 && !socket.destroyed) return true;
  // Follows the buffers.
  socket.write(nothing, onWritten);
  return false;
}
