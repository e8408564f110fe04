import { TRANSPORTS_PER_PEER } from './limits.ts';
import { closeUnlessOpen } from './closeUnlessOpen.ts';
import type { Peer } from './Peer.ts';
import type { CreateTransportOptions } from './PeerOptions.ts';
import { Allowance } from './Allowance.ts';
import type { RoomResources } from './RoomAccess.ts';
import { RoomError } from './RoomError.ts';
import { Transport } from './Transport.ts';

/** Parts of {@link PeerTransports}. */
export interface PeerTransportsOptions {
  readonly owner: Peer;
  readonly resources: RoomResources;
  /** Transports above the limit of the room. Default 0. */
  readonly extraTransports?: number | undefined;
  /** Limit where the room sets none. Default 3. */
  readonly defaultMaxTransports?: number | undefined;
}

/** Transports of one peer, within their limit. */
export class PeerTransports {
  readonly all = new Map<string, Transport>();
  readonly #owner: Peer;
  readonly #resources: RoomResources;
  readonly #allowance: Allowance;
  #closed = false;

  constructor(options: PeerTransportsOptions) {
    const { owner, resources, extraTransports = 0, defaultMaxTransports = TRANSPORTS_PER_PEER } = options;
    this.#owner = owner;
    this.#resources = resources;
    const { maxTransportsPerPeer = defaultMaxTransports } = resources.limits;
    this.#allowance = new Allowance(maxTransportsPerPeer + extraTransports, () => new RoomError('tooManyTransports'));
  }

  /** Creates a transport. @throws RoomError `tooManyTransports`, `closed`; MediaError. */
  async create(options: CreateTransportOptions): Promise<Transport> {
    const { isProducing, isConsuming, forceTcp = false, enableSctp = false, renumbers } = options;
    const { router, clock, limits } = this.#resources;
    if (options.mayReplace && this.#allowance.isExhausted) this.#replacedBy(options)?.close('server', 'replaced');
    const media = await this.#allowance.use(async () => {
      const made = await router.createWebRtcTransport({ forceTcp, enableSctp, reportBwe: isConsuming, renumbers });
      return closeUnlessOpen(made, this.#closed);
    });
    const transport = new Transport({
      media,
      owner: this.#owner,
      isProducing,
      isConsuming,
      clock,
      requestsEarlyKeyFrames: isConsuming && (options.requestsEarlyKeyFrames ?? true),
      earlyKeyFrameCounts: this.#resources.earlyKeyFrameCounts,
      dtlsTimeoutMs: options.dtlsTimeoutMs ?? limits.dtlsTimeoutMs,
      onClosed: () => {
        this.all.delete(transport.id);
        this.#allowance.release();
      },
    });
    this.all.set(transport.id, transport);
    return transport;
  }

  /** Closes all transports of a closed peer. `isMediaGone`: the router closed too. */
  close(isMediaGone: boolean): void {
    this.#closed = true;
    for (const transport of this.all.values()) transport.parentClosed('peerClosed', isMediaGone);
  }

  /**
   * Finds the oldest transport for the same purpose that the client no longer uses: connected once, and now lost or empty.
   * Some dialects have no message to close a transport.
   */
  #replacedBy({ isProducing, isConsuming }: CreateTransportOptions): Transport | undefined {
    return [...this.all.values()].find(
      (transport) =>
        transport.isProducing === isProducing && transport.isConsuming === isConsuming && transport.isAbandoned,
    );
  }
}
