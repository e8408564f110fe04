import { OutgoingMessage } from '../http/OutgoingMessage.ts';

/** A notification as protoo's Peer writes it. Serialized here, since Peer would do it for each client. */
export function encodeNotification(method: string, data: unknown): OutgoingMessage {
  return new OutgoingMessage(JSON.stringify({ notification: true, method, data: data ?? {} }));
}
