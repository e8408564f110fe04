/** Pusher as the server describes it. */
export interface Pusher {
  readonly pusherId: string;
  readonly rtpParam: { readonly av_type: 'audio' | 'video'; readonly codec: string; readonly payload_type: number };
}

/** User as the server describes it. */
export interface UserData {
  readonly userId: string | number;
  readonly userName?: string;
  readonly pushers?: readonly Pusher[];
}

/** One pusher in a pull request. */
export interface PullSpec {
  readonly type: 'audio' | 'video';
  readonly pusher_id: string;
}

/** Remote user, and the one connection that receives everything from that user. */
export class RemoteUser {
  readonly userId: string;
  readonly pushers: Pusher[] = [];
  /** SDP offers and answers of this connection, in order. */
  readonly descriptions: { readonly type: string; readonly sdp: string }[] = [];
  state: 'connected' | 'disconnected' = 'connected';
  #pc: RTCPeerConnection | undefined;
  readonly #stream = new MediaStream();
  readonly #element = document.createElement('video');

  constructor(userId: string) {
    this.userId = userId;
    this.#element.dataset.testid = userId;
    this.#element.autoplay = true;
    this.#element.style.width = '200px';
    this.#element.addEventListener('playing', () => {
      this.#element.dataset.playing = 'yes';
    });
  }

  get element(): HTMLVideoElement {
    return this.#element;
  }

  /** Pull request for everything that this user pushes. */
  get specs(): readonly PullSpec[] {
    return this.pushers.map(({ pusherId, rtpParam }) => ({ type: rtpParam.av_type, pusher_id: pusherId }));
  }

  /** Adds a section for each new pusher, in the server's order. */
  add(pushers: readonly Pusher[]): void {
    for (const pusher of pushers) {
      if (this.pushers.some(({ pusherId }) => pusherId === pusher.pusherId)) continue;
      this.pushers.push(pusher);
      this.#connection().addTransceiver(pusher.rtpParam.av_type, {
        direction: 'recvonly',
        streams: [new MediaStream()],
      });
    }
  }

  /** Creates an offer to receive. A second pull offers again on the same connection. */
  async offer(): Promise<RTCSessionDescriptionInit> {
    const pc = this.#connection();
    await pc.setLocalDescription(await pc.createOffer());
    const { type, sdp } = pc.localDescription!;
    this.descriptions.push({ type, sdp });
    return { type, sdp };
  }

  /** Sets the answer exactly as the server sent it. */
  async answer(sdp: string): Promise<void> {
    this.descriptions.push({ type: 'answer', sdp });
    await this.#connection().setRemoteDescription({ type: 'answer', sdp });
  }

  /** Video frames and audio energy that the browser has decoded so far. */
  async decoded(): Promise<{ frames: number; energy: number; width: number; packets: number; codecs: string[] }> {
    let [frames, energy, width, packets] = [0, 0, 0, 0];
    const codecs = new Set<string>();
    const stats = this.#pc === undefined ? [] : [...((await this.#pc.getStats()).values() as Iterable<Report>)];
    for (const report of stats) {
      if (report.type !== 'inbound-rtp') continue;
      frames += Number(report.framesDecoded ?? 0);
      energy += Number(report.totalAudioEnergy ?? 0);
      width = Number(report.frameWidth ?? width);
      packets += Number(report.packetsReceived ?? 0);
      const codec = stats.find(({ id }) => id === report.codecId);
      if (codec !== undefined) codecs.add(`${String(codec.mimeType)} ${String(codec.payloadType)}`);
    }
    return { frames, energy, width, packets, codecs: [...codecs] };
  }

  close(): void {
    this.#pc?.close();
    this.#element.remove();
  }

  #connection(): RTCPeerConnection {
    if (this.#pc !== undefined) return this.#pc;
    const pc = new RTCPeerConnection();
    pc.addEventListener('track', ({ track }) => {
      this.#stream.addTrack(track);
      this.#element.srcObject = this.#stream;
    });
    this.#pc = pc;
    return pc;
  }
}

type Report = Record<string, string | number>;
