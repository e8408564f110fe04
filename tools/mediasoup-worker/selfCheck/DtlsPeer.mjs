import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import {
  CipherContext,
  DtlsClient,
  DtlsServer,
  HashAlgorithm,
  Message,
  NamedCurveAlgorithm,
  RTCCertificate,
  RtpHeader,
  RtpPacket,
  SignatureAlgorithm,
  SrtpSession,
  classes,
  keyLength,
  methods,
  parseMessage,
  saltLength,
} from 'werift';

const AEAD_AES_128_GCM = 7;

/** Whether a datagram is STUN, by its first byte (RFC 7983). */
const isStun = (data) => data[0] < 4;
const isDtls = (data) => data[0] >= 20 && data[0] < 64;
const isRtp = (data) => data[0] >= 128 && data[0] < 192;

/**
 * Minimal browser for one WebRtcTransport: a UDP socket on the loopback that responds to ICE, performs the DTLS handshake in either role
 * and carries SRTP. Uses no STUN server. No packet leaves the machine.
 */
export class DtlsPeer {
  #socket = createSocket('udp4');
  #role;
  #dtls;
  #srtp;
  #remote;
  #answered;
  #certificate;
  /** Called with each RTP payload that arrived and decrypted. */
  onRtp = () => undefined;

  /** @param {'client' | 'server'} role the role of this end */
  static async create(role) {
    const signature = { signature: SignatureAlgorithm.ecdsa_3, hash: HashAlgorithm.sha256_4 };
    const made = await CipherContext.createSelfSignedCertificateWithKey(signature, NamedCurveAlgorithm.secp256r1_23);
    const peer = new DtlsPeer();
    peer.#role = role;
    peer.#certificate = new RTCCertificate(made.keyPem, made.certPem, made.signatureHash);
    peer.#socket.bind(0, '127.0.0.1');
    await once(peer.#socket, 'listening');
    peer.#socket.on('message', (data) => peer.#handleDatagram(data));
    return peer;
  }

  /** Parameters of this end for `transport.connect()`. */
  get dtlsParameters() {
    return { role: this.#role, fingerprints: this.#certificate.getFingerprints() };
  }

  /** Resolves when ICE and DTLS are done on this end. Call `transport.connect()` first. */
  async connect({ iceParameters, iceCandidates }) {
    const [candidate] = iceCandidates;
    this.#remote = { address: candidate.address ?? candidate.ip, port: candidate.port, iceParameters };
    // Before ICE, because a worker in the client role starts the handshake as soon as ICE is connected.
    const handshake = this.#listenForHandshake();
    await this.#bind();
    if (this.#role === 'client') await this.#dtls.connect();
    await handshake;
    this.#startSrtp();
  }

  /** Sends one RTP packet through SRTP. */
  sendRtp({ ssrc, payloadType, sequenceNumber, payload }) {
    const header = new RtpHeader({ version: 2, ssrc, payloadType, sequenceNumber, timestamp: sequenceNumber * 960 });
    this.#send(this.#srtp.encrypt(new RtpPacket(header, payload).serialize().subarray(12), header));
  }

  close() {
    this.#socket.close();
  }

  #send(data) {
    this.#socket.send(data, this.#remote.port, this.#remote.address);
  }

  #handleDatagram(data) {
    if (isStun(data)) {
      const message = parseMessage(data);
      if (message?.messageClass === classes.RESPONSE) this.#answered?.();
    } else if (isDtls(data)) {
      this.#dtls?.transport.socket.onData(data);
    } else if (isRtp(data) && this.#srtp) {
      const isRtcp = data[1] >= 192 && data[1] <= 223;
      if (!isRtcp) this.onRtp(RtpPacket.deSerialize(this.#srtp.decrypt(data)).payload);
    }
  }

  /** One authenticated binding request that nominates the pair, which is all that an ICE lite agent requires. */
  #bind() {
    const { usernameFragment, password } = this.#remote.iceParameters;
    const request = new Message(methods.BINDING, classes.REQUEST)
      .setAttribute('USERNAME', `${usernameFragment}:selfcheck`)
      .setAttribute('PRIORITY', 2_130_706_431)
      .setAttribute('ICE-CONTROLLING', 1n)
      .setAttribute('USE-CANDIDATE', null);
    request.addMessageIntegrity(Buffer.from(password)).addFingerprint();
    return new Promise((resolve) => {
      this.#answered = resolve;
      this.#send(request.bytes);
    });
  }

  #listenForHandshake() {
    const options = {
      cert: this.#certificate.certPem,
      key: this.#certificate.privateKey,
      signatureHash: this.#certificate.signatureHash,
      srtpProfiles: [AEAD_AES_128_GCM],
      extendedMasterSecret: true,
      certificateRequest: this.#role === 'server',
      transport: {
        type: 'udp',
        closed: false,
        onData: () => undefined,
        send: async (data) => this.#send(data),
        close: async () => undefined,
      },
    };
    this.#dtls = this.#role === 'client' ? new DtlsClient(options) : new DtlsServer(options);
    return new Promise((resolve, reject) => {
      this.#dtls.onConnect.once(resolve);
      this.#dtls.onError.once(reject);
    });
  }

  #startSrtp() {
    const profile = this.#dtls.srtp.srtpProfile;
    const keys = this.#dtls.extractSessionKeys(keyLength(profile), saltLength(profile));
    this.#srtp = new SrtpSession({
      profile,
      keys: {
        localMasterKey: keys.localKey,
        localMasterSalt: keys.localSalt,
        remoteMasterKey: keys.remoteKey,
        remoteMasterSalt: keys.remoteSalt,
      },
    });
  }
}
