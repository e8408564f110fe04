import type { Packet, TransportConnection } from '../signaling/SignalingTransport.ts';
import type { ScriptedServer } from './ScriptedServer.ts';

/** A line into a scripted server for a test that carries the packets to it itself. */
export function wireTo(
  scripted: ScriptedServer,
  options: { params?: Record<string, string>; onPacket: (packet: Packet) => void; onClosed?: () => void },
): Promise<TransportConnection> {
  return scripted.transport.connect({
    params: options.params ?? {},
    signal: new AbortController().signal,
    onPacket: options.onPacket,
    onMalformed: () => {},
    onClosed: () => options.onClosed?.(),
  });
}
