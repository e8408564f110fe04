import type { Packet } from './SignalingTransport.ts';

/** A packet as protoo writes it; WebSocketTransport and MemoryTransport speak the same. `data` is an object, at least `{}`. */
export function toFrame(packet: Packet): object {
  switch (packet.kind) {
    case 'request':
      return { request: true, id: packet.id, method: packet.method, data: packet.data ?? {} };
    case 'notification':
      return { notification: true, method: packet.method, data: packet.data ?? {} };
    case 'response':
      return packet.ok
        ? { response: true, id: packet.id, ok: true, data: packet.data ?? {} }
        : { response: true, id: packet.id, ok: false, errorCode: packet.errorCode, errorReason: packet.errorReason };
  }
}

/** The reading of a protoo frame, of any generation (`code` and `reason` before protoo 2); null where it is none. */
export function fromFrame(frame: unknown): Packet | null {
  if (typeof frame !== 'object' || frame === null) return null;
  const { request, response, notification, id, method, ok, data, errorCode, errorReason, code, reason } =
    frame as Record<string, unknown>;
  if (request === true)
    return typeof id === 'number' && typeof method === 'string' ? { kind: 'request', id, method, data } : null;
  if (notification === true) return typeof method === 'string' ? { kind: 'notification', method, data } : null;
  if (response !== true || typeof id !== 'number') return null;
  if (ok === true) return { kind: 'response', id, ok: true, data };
  const number = errorCode ?? code;
  const text = errorReason ?? reason;
  return {
    kind: 'response',
    id,
    ok: false,
    errorCode: typeof number === 'number' ? number : 500,
    // 2060-io's server rejects with an object in the place of the number, and no text.
    errorReason: typeof text === 'string' && text !== '' ? text : describe(number),
  };
}

function describe(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'error' in value && typeof value.error === 'string')
    return value.error;
  return '';
}
