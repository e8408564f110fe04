import {
  PictureLossIndication,
  ProtectionProfileAes128CmHmacSha1_80,
  RTCDtlsFingerprint,
  RTCDtlsParameters,
  RTCDtlsTransport,
  RTCIceGatherer,
  RTCIceParameters,
  RTCIceTransport,
  RtcpPayloadSpecificFeedback,
  type RtpPacket,
} from 'werift';

import type { PilotPusher } from './PilotRoom.ts';
import type { PilotMedia } from './PilotSession.ts';
import type { PilotTransport } from './pilotSdp.ts';

interface Connection {
  readonly ice: RTCIceTransport;
  readonly dtls: RTCDtlsTransport;
}

interface Pushed {
  readonly connection: Connection;
  readonly ssrc: number;
  readonly pullers: Set<Connection>;
}

/**
 * Real media for the RTCPilot of the tests: ICE, DTLS and SRTP at both ends. Packets are forwarded unchanged, including payload type, SSRC and
 * header extensions. Uses the machine's network address if it has one, because Firefox does not reach loopback over UDP.
 */
export class WeriftMedia implements PilotMedia {
  readonly #pushed = new Map<string, Pushed>();
  readonly #connections = new Set<Connection>();

  async openPush(offer: string, pushers: readonly PilotPusher[], onClosed: () => void): Promise<PilotTransport> {
    const connection = await this.#open(offer, onClosed);
    const bySsrc = new Map<number, Pushed>();
    for (const { pusherId, rtpParam } of pushers) {
      const pushed = { connection, ssrc: rtpParam.ssrc, pullers: new Set<Connection>() };
      this.#pushed.set(pusherId, pushed);
      for (const ssrc of [rtpParam.ssrc, rtpParam.rtx_ssrc]) bySsrc.set(ssrc, pushed);
    }
    connection.dtls.onRtp.subscribe(({ header, payload }: RtpPacket) => {
      for (const { dtls } of bySsrc.get(header.ssrc)?.pullers ?? [])
        if (dtls.state === 'connected') void dtls.sendRtp(payload, header);
    });
    return describe(connection);
  }

  async openPull(offer: string, pusherIds: readonly string[]): Promise<PilotTransport> {
    const wanted = pusherIds.flatMap((pusherId) => this.#pushed.get(pusherId) ?? []);
    const connection = await this.#open(offer, () => {
      for (const { pullers } of wanted) pullers.delete(connection);
    });
    for (const { pullers } of wanted) pullers.add(connection);
    connection.dtls.onRtcp.subscribe((packet) => {
      if (!(packet instanceof RtcpPayloadSpecificFeedback)) return;
      const { mediaSsrc } = packet.feedback as { mediaSsrc?: number };
      const asked = wanted.find(({ ssrc }) => ssrc === mediaSsrc);
      if (asked?.connection.dtls.state !== 'connected') return;
      const feedback = new PictureLossIndication({ senderSsrc: 1, mediaSsrc: asked.ssrc });
      void asked.connection.dtls.sendRtcp([new RtcpPayloadSpecificFeedback({ feedback })]);
    });
    return describe(connection);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#connections].map(stop));
  }

  async #open(offer: string, onClosed: () => void): Promise<Connection> {
    const gatherer = new RTCIceGatherer({
      iceLite: true,
      useTcp: false,
      useIpv6: false,
      additionalHostAddresses: ['127.0.0.1'],
    });
    const ice = new RTCIceTransport(gatherer);
    ice.connection.iceControlling = false;
    const certificate = await RTCDtlsTransport.SetupCertificate();
    const dtls = new RTCDtlsTransport({}, ice, certificate, [ProtectionProfileAes128CmHmacSha1_80]);
    dtls.role = 'server';
    await ice.gather();
    const read = (name: string) => new RegExp(`^a=${name}:(.*)\\r$`, 'm').exec(offer)?.[1] ?? '';
    ice.setRemoteParams(new RTCIceParameters({ usernameFragment: read('ice-ufrag'), password: read('ice-pwd') }));
    const [algorithm = '', value = ''] = read('fingerprint').split(' ');
    dtls.setRemoteParams(new RTCDtlsParameters([new RTCDtlsFingerprint(algorithm, value)], 'client'));
    const connection: Connection = { ice, dtls };
    this.#connections.add(connection);
    const end = () => {
      if (this.#connections.delete(connection)) onClosed();
    };
    dtls.onStateChange.subscribe((state) => {
      if (state === 'closed' || state === 'failed') end();
    });
    ice
      .start()
      .then(() => dtls.start())
      .catch(end);
    return connection;
  }
}

async function stop({ ice, dtls }: Connection): Promise<void> {
  await dtls.stop();
  await ice.stop();
}

function describe({ ice, dtls }: Connection): PilotTransport {
  const { usernameFragment: ufrag, password: pwd } = ice.localParameters;
  const { algorithm, value } = dtls.localParameters.fingerprints[0] ?? { algorithm: 'sha-256', value: '' };
  // One candidate suffices: werift uses the first nominated pair, and a browser without an ICE lite remote nominates several.
  const candidates = ice.localCandidates.slice(-1).map(({ ip, port }) => ({ ip, port }));
  return { ufrag, pwd, fingerprint: `${algorithm} ${value}`, candidates };
}
