import type { Peer } from '../../rooms/Peer.ts';
import type { CreateTransportOptions } from '../../rooms/PeerOptions.ts';
import type { Transport } from '../../rooms/Transport.ts';
import type { Offer } from './sdp/readOffer.ts';

/** Creates a connection for an offer. Closes the connection again where `use` fails. */
export async function connect<T>(
  peer: Peer,
  options: CreateTransportOptions,
  { dtlsParameters }: Offer,
  use: (transport: Transport) => Promise<T>,
): Promise<T> {
  const transport = await peer.createTransport({
    ...options,
    // The dialect has its own deadline, after which the other users are notified that the push closed.
    dtlsTimeoutMs: 0,
  });
  try {
    await transport.connect(dtlsParameters);
    return await use(transport);
  } catch (error) {
    transport.close('owner');
    throw error;
  }
}
