import { dtlsParameters, produceParameters } from './media.ts';
import type { Capabilities } from './media.ts';
import { PlainPeer } from './PlainPeer.ts';

/** Form of a member. */
export interface MemberOptions {
  /** Whether the member creates a transport to receive. Default true. */
  readonly receives?: boolean;
  /** Whether the member creates a transport to send. Default false. */
  readonly sends?: boolean;
}

/** Peer that joined. */
export interface Member {
  readonly peer: PlainPeer;
  /** Creates a producer. Resolves with its ID. */
  produce(kind: 'audio' | 'video'): Promise<string>;
}

/** Room of plain peers, and the number of messages that they received, by method. */
export class PlainRoom {
  readonly members: Member[] = [];
  readonly #url: string;
  readonly #id: string;
  readonly #received = new Map<string, number>();
  #waiting: { readonly method: string; readonly count: number; readonly resolve: () => void }[] = [];
  #born = 0;

  constructor(url: string, id: string) {
    this.#url = url;
    this.#id = id;
  }

  /** Number of messages of that method that all members received. */
  received(method: string): number {
    return this.#received.get(method) ?? 0;
  }

  /** Resolves when the members received that many messages of the method, in total since the start. */
  async reaches(method: string, count: number): Promise<void> {
    if (this.received(method) >= count) return;
    await new Promise<void>((resolve) => {
      this.#waiting.push({ method, count, resolve });
    });
  }

  /** Joins with the requests of a browser, in its order. */
  async join({ receives = true, sends = false }: MemberOptions = {}): Promise<Member> {
    this.#born += 1;
    const peer = await PlainPeer.open({
      url: this.#url,
      roomId: this.#id,
      peerId: `peer-${String(this.#born)}`,
      onMessage: (method) => {
        this.#count(method);
      },
    });
    const capabilities = (await peer.request('getRouterRtpCapabilities')) as Capabilities;
    const [sendId] = await Promise.all([
      sends ? createTransport(peer, { producing: true, consuming: false }) : undefined,
      receives ? createTransport(peer, { producing: false, consuming: true }) : undefined,
    ]);
    const { codecs, headerExtensions } = capabilities;
    const device = { flag: 'chrome', name: 'Chrome', version: '143.0' };
    await peer.request('join', { displayName: peer.id, device, rtpCapabilities: { codecs, headerExtensions } });
    const member: Member = {
      peer,
      produce: async (kind) => {
        if (sendId === undefined) throw new Error(`${peer.id} has no transport to send`);
        const made = (await peer.request('produce', produceParameters(sendId, kind, capabilities))) as { id: string };
        return made.id;
      },
    };
    this.members.push(member);
    return member;
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map(({ peer }) => peer.close()));
  }

  #count(method: string): void {
    const count = this.received(method) + 1;
    this.#received.set(method, count);
    this.#waiting = this.#waiting.filter((one) => {
      if (one.method !== method || one.count > count) return true;
      one.resolve();
      return false;
    });
  }
}

/** Creates and connects a transport. Resolves with its ID. */
async function createTransport(peer: PlainPeer, purpose: object): Promise<string> {
  const made = (await peer.request('createWebRtcTransport', { forceTcp: false, ...purpose })) as { id: string };
  await peer.request('connectWebRtcTransport', { transportId: made.id, dtlsParameters });
  return made.id;
}
