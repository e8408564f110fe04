import type { ProtooFrame } from '@tureen/protocol/common';
import type { TransportConnection } from '@tureen/client/ports';
import type { ScriptedServer } from './ScriptedServer.ts';

/** Connection to a scripted server for a test that carries the packets itself. */
export function wireTo(
  scripted: ScriptedServer,
  options: { params?: Record<string, string>; onFrame: (packet: ProtooFrame) => void; onClosed?: () => void },
): Promise<TransportConnection> {
  return scripted.transport.connect({
    params: options.params ?? {},
    signal: new AbortController().signal,
    onFrame: options.onFrame,
    onMalformed: () => {},
    onClosed: () => options.onClosed?.(),
  });
}
