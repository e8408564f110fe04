import { FrameNames } from '../relays/FrameNames.ts';
import type { Direction, SeenFrame } from '../relays/TcpRelay.ts';
import type { SeenPacket } from '../relays/UdpRelay.ts';
import { kindOfPacket, ssrcOf } from './packets.ts';

/** A message between a client and the server. */
export interface Crossing {
  /** `handshake`: request of the WebSocket, and the response. `keyFrameRequest`: PLI or FIR. `rtp`: first packet of a stream. */
  readonly kind: 'handshake' | 'frame' | 'stun' | 'dtls' | 'rtp' | 'keyFrameRequest';
  readonly direction: Direction;
  /** Time at the client, in ms. */
  readonly at: number;
  /** Name of a frame, as in {@link FrameNames}. */
  readonly name: string;
}

/** Everything that one client exchanged with the server, in its order. */
export interface ClientTraffic {
  readonly signaling: readonly Crossing[];
  readonly send: readonly Crossing[];
  readonly recv: readonly Crossing[];
}

interface Recorded {
  readonly names: FrameNames;
  /** Uses of the transports by the ID of the request that creates them. */
  readonly creating: Map<unknown, 'send' | 'recv'>;
  readonly traffic: { signaling: Crossing[]; send: Crossing[]; recv: Crossing[] };
}

interface TransportFields {
  readonly iceParameters?: { readonly usernameFragment: string };
}

/** Fields of the frames that describe transports: responses to createWebRtcTransport, and the welcome. */
interface Frame {
  readonly id?: number;
  readonly method?: string;
  readonly response?: boolean;
  readonly data?: TransportFields & {
    readonly consuming?: boolean;
    readonly sendTransport?: TransportFields;
    readonly recvTransport?: TransportFields;
  };
}

/** Records the messages of each client between relays and server, in mediasoup-v3. */
export class Wire {
  readonly #clients = new Map<number, Recorded>();
  readonly #transports = new Map<string, Crossing[]>();
  readonly #streams = new Set<string>();

  /** Traffic of a connection of the TcpRelay. */
  of(connection: number): ClientTraffic {
    return this.#recorded(connection).traffic;
  }

  readonly onFrame = ({ direction, text, connection, at }: SeenFrame): void => {
    const { names, traffic, creating } = this.#recorded(connection);
    if (text === null) {
      // Later frames without a text are control frames.
      if (!traffic.signaling.some((one) => one.kind === 'handshake' && one.direction === direction))
        traffic.signaling.push({ kind: 'handshake', direction, at, name: 'handshake' });
      return;
    }
    const name = names.nameOf({ direction, text, connection });
    traffic.signaling.push({ kind: 'frame', direction, at, name });
    const { id, method, response, data } = JSON.parse(text) as Frame;
    if (direction === 'toServer' && method === 'createWebRtcTransport')
      creating.set(id, data?.consuming === true ? 'recv' : 'send');
    const use = direction === 'toClient' && response === true ? creating.get(id) : undefined;
    this.#note(data?.sendTransport, traffic.send);
    this.#note(data?.recvTransport, traffic.recv);
    if (use !== undefined) this.#note(data, traffic[use]);
  };

  readonly onPacket = ({ direction, ufrag = '', packet, at }: SeenPacket): void => {
    const crossings = this.#transports.get(ufrag);
    const kind = kindOfPacket(packet);
    if (crossings === undefined || kind === null) return;
    if (kind === 'rtp') {
      const stream = `${ufrag} ${direction} ${ssrcOf(packet)}`;
      if (this.#streams.has(stream)) return;
      this.#streams.add(stream);
    }
    crossings.push({ kind, direction, at, name: kind });
  };

  /** Records the packets of a transport that the server describes. */
  #note(transport: TransportFields | undefined, crossings: Crossing[]): void {
    const ufrag = transport?.iceParameters?.usernameFragment;
    if (ufrag !== undefined) this.#transports.set(ufrag, crossings);
  }

  #recorded(connection: number): Recorded {
    const known = this.#clients.get(connection);
    if (known !== undefined) return known;
    const recorded = {
      names: new FrameNames(),
      creating: new Map<unknown, 'send' | 'recv'>(),
      traffic: { signaling: [], send: [], recv: [] },
    };
    this.#clients.set(connection, recorded);
    return recorded;
  }
}
