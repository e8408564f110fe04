import * as alpha from '@tureen/protocol/mediasoup-v2-alpha';
import * as beta from '@tureen/protocol/mediasoup-v2-beta';
import {
  isOutOfBandClientMethod,
  readOutOfBandClientMessage,
  readEnvelope,
} from '@tureen/protocol/mediasoup-v2-shared';
import * as v2 from '@tureen/protocol/mediasoup-v2';
import * as v3 from '@tureen/protocol/mediasoup-v3';
import * as pushPull from '@tureen/protocol/push-pull';
import { isV2, type DialectName } from '../dialects.ts';

interface Reader {
  readonly clientToServer: object;
  canonicalMethod(name: string): string;
  readClientMessage(method: never, data: unknown): { readonly ok: boolean };
}

const readers: Readonly<Record<DialectName, Reader>> = {
  'mediasoup-v3': v3,
  'mediasoup-v2': v2,
  'mediasoup-v2-beta': beta,
  'mediasoup-v2-alpha': alpha,
  'push-pull': pushPull,
};

/** Whether the schemas of a dialect accept the message from a client. */
export function isRead(dialect: DialectName, method: string, data: unknown): boolean {
  if (!isV2(dialect)) return isReadBy(readers[dialect], method, data);
  if (isOutOfBandClientMethod(method)) return readOutOfBandClientMessage(method, data).ok;
  const opened = readEnvelope(method, data);
  return opened.ok && isReadBy(readers[dialect], opened.value.method, opened.value.payload);
}

function isReadBy(reader: Reader, method: string, data: unknown): boolean {
  const name = reader.canonicalMethod(method);
  return Object.hasOwn(reader.clientToServer, name) && reader.readClientMessage(name as never, data).ok;
}
