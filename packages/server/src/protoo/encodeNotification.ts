import { OutgoingMessage } from '../http/OutgoingMessage.ts';

/** Encodes a notification as protoo's Peer does. Peer would encode it for each client. */
export function encodeNotification(method: string, data: unknown): OutgoingMessage {
  return new OutgoingMessage(JSON.stringify({ notification: true, method, data: data ?? {} }));
}
