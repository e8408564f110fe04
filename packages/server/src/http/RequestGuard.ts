import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { isLoopbackIp } from '../shared/ipAddress.ts';
import { addressOf, hostOf, isProxyAddress, proxyTrust } from './addressOf.ts';
import type { ProxyTrust } from './addressOf.ts';
import { ConnectionCount } from './ConnectionCount.ts';
import type { HostPolicy } from './hostPolicy.ts';
import { hostNotAllowed } from './refusals.ts';
import type { Refusal } from './UpgradeRefuser.ts';

export interface RequestGuardOptions {
  /** Maximum number of connections of one remote address; 0: no limit. */
  readonly maxConnectionsPerAddress: number;
  readonly trustProxy: boolean | readonly string[];
  /** Policy for host names. Default: any name. */
  readonly hostPolicy?: HostPolicy;
  readonly logger: Logger;
}

/** Checks requests by remote address and host name. */
export class RequestGuard {
  readonly #options: RequestGuardOptions;
  readonly #trust: ProxyTrust;
  readonly #perAddress: ConnectionCount;
  #hasHintedAtProxy = false;

  constructor(options: RequestGuardOptions) {
    this.#options = options;
    this.#trust = proxyTrust(options.trustProxy);
    this.#perAddress = new ConnectionCount(options.maxConnectionsPerAddress);
  }

  /** Returns the address of the client, as reported by trusted proxies. */
  addressOf(request: IncomingMessage): string {
    return addressOf(request, this.#trust);
  }

  /** Returns the refusal for a host name that is not allowed. */
  objectionToHost(request: IncomingMessage): Refusal | undefined {
    const { hostPolicy } = this.#options;
    if (hostPolicy === undefined) return undefined;
    const host = hostOf(request, this.#trust);
    return hostPolicy(host) ? undefined : hostNotAllowed(host);
  }

  /**
   * Counts a connection of the address until `whenClosed` calls back. Returns false where the limit is reached. Clients on
   * this machine have no limit, nor does a proxy that does not report the addresses of its clients.
   */
  takeConnection(request: IncomingMessage, whenClosed: (giveBack: () => void) => void): boolean {
    const address = this.addressOf(request);
    if (isLoopbackIp(address) || isProxyAddress(address, request, this.#trust)) return true;
    if (this.#perAddress.take(address, whenClosed)) return true;
    this.#hintAtProxy(request, address);
    return false;
  }

  /** Logs that the clients of an untrusted proxy share one limit: to those clients the server seems full. */
  #hintAtProxy({ headers }: IncomingMessage, remoteAddress: string): void {
    const isForwarded = headers['x-forwarded-for'] !== undefined;
    if (this.#hasHintedAtProxy || !isForwarded || this.#options.trustProxy !== false) return;
    this.#hasHintedAtProxy = true;
    const hint = 'set --trust-proxy, so that the server counts each client separately';
    this.#options.logger.warn({ remoteAddress, hint }, 'refusing connections of an address that seems to be a proxy');
  }
}
