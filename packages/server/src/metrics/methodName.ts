import { isOutOfBandClientMethod, readEnvelope } from '@tureen/protocol/mediasoup-v2-shared';
import * as v2 from '@tureen/protocol/mediasoup-v2';
import * as alpha from '@tureen/protocol/mediasoup-v2-alpha';
import * as beta from '@tureen/protocol/mediasoup-v2-beta';
import * as v3 from '@tureen/protocol/mediasoup-v3';
import * as pushPull from '@tureen/protocol/push-pull';

interface Names {
  readonly clientToServer: object;
  canonicalMethod(name: string): string;
}

const single: Readonly<Record<string, Names>> = { 'mediasoup-v3': v3, 'push-pull': pushPull };
const enveloped: Readonly<Record<string, Names>> = {
  'mediasoup-v2': v2,
  'mediasoup-v2-beta': beta,
  'mediasoup-v2-alpha': alpha,
};

/**
 * Returns the method of a client's message, as its dialect names it. Any other name becomes `unknown`: clients could
 * otherwise create labels without limit.
 */
export function methodName(dialect: string, method: string, data: unknown): string {
  const family = enveloped[dialect];
  if (family === undefined) return knownIn(single[dialect], method);
  if (isOutOfBandClientMethod(method)) return method;
  const opened = readEnvelope(method, data);
  return opened.ok ? knownIn(family, opened.value.method) : 'unknown';
}

function knownIn(names: Names | undefined, method: string): string {
  const name = names?.canonicalMethod(method) ?? '';
  return names !== undefined && Object.hasOwn(names.clientToServer, name) ? name : 'unknown';
}
