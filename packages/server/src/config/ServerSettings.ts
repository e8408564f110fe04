/** A STUN or TURN server told to clients, as `RTCIceServer` has it. */
export interface IceServer {
  readonly urls: string | readonly string[];
  readonly username?: string | undefined;
  /** Never logged. */
  readonly credential?: string | undefined;
}

/**
 * Everything that can be set. On the command line each one is a flag (`rtcMinPort` is `--rtc-min-port`) and an environment
 * variable (`TUREEN_RTC_MIN_PORT`); the flag wins. What is left out has its default.
 */
export interface ServerSettings {
  /** Address that HTTP and WebSocket listen on. `0.0.0.0` lets phones on the LAN in. Default `127.0.0.1`. */
  readonly host: string;
  /** TCP port of HTTP and WebSocket; 0 takes any free one. Default 4443. */
  readonly port: number;
  /** Speak TLS. Without `httpsCert` a self-signed certificate is made at start. Default false. */
  readonly https: boolean;
  /** Path of a PEM certificate chain; needs `httpsKey` and `https`. Default: none. */
  readonly httpsCert: string | undefined;
  /** Path of its PEM private key. Default: none. */
  readonly httpsKey: string | undefined;
  /** Origins of pages that may connect, e.g. `https://meet.example`; empty lets all of them. Default empty. */
  readonly allowedOrigins: readonly string[];

  /** Shared secret of the tokens that clients must bear, 32 bytes or more; see {@link JwtOptions}. Never logged. Default: none. */
  readonly jwtSecret: string | undefined;
  /** Path of the PEM public key or certificate of whoever signs tokens. Default: none. */
  readonly jwtPublicKey: string | undefined;
  /** URL of the keys of whoever signs tokens. Default: none. */
  readonly jwtJwksUrl: string | undefined;
  /**
   * Age up to which the last good keys of `jwtJwksUrl` stay in use while the URL fails, in ms; 0: no longer than the ten
   * minutes after which keys are renewed. Default 43200000 (12 h).
   */
  readonly jwtJwksStaleMs: number;
  /** What `aud` of a token must be. Default: not looked at. */
  readonly jwtAudience: string | undefined;
  /** What `iss` of a token must be. Default: not looked at. */
  readonly jwtIssuer: string | undefined;
  /** Claim that names the room a token is good for; `none`: for every room. Default `roomId`. */
  readonly jwtRoomClaim: string;
  /** Claim that names the peer its bearer is; `none`: anybody. Default `peerId`. */
  readonly jwtPeerClaim: string;
  /** Claim that says what its bearer may do: an object with any of `hide`, `publish`, `publishData`, `text`; `none`: ignored. Default `may`. */
  readonly jwtMayClaim: string;
  /**
   * End the session of a client when its token expires, with close code 4000 `tokenExpired`. A client that resumes its session
   * with a newer token prolongs it. Default false: a token counts only when a client connects.
   */
  readonly endWithToken: boolean;
  /** Time that `authorize` has to decide about a client, in ms; then the client is refused with 503. Default 5000. */
  readonly authorizeTimeoutMs: number;

  /** IPs that media sockets bind to: one, or a list. Default: chosen from `host`, see {@link mediaAddresses}. */
  readonly listenIp: string | readonly string[] | undefined;
  /**
   * Addresses that clients get in place of `listenIp`, e.g. the public one of a cloud machine: one, or a list. IPv4, IPv6,
   * or host names, which are looked up at start. Without `listenIp` the server listens on all interfaces, in the families
   * that are announced. Default: chosen from `host`.
   */
  readonly announcedAddress: string | readonly string[] | undefined;
  /**
   * Port for media of the first worker, UDP and TCP, for all its transports; each further worker has the next port. 0: any
   * free ones. Default 0; 40000 on the command line.
   */
  readonly rtcPort: number;
  /**
   * Lowest port of a range. With this or `rtcMaxPort` each transport has ports of its own, in place of `rtcPort`. Default:
   * none; 40000 with `rtcMaxPort`.
   */
  readonly rtcMinPort: number | undefined;
  /** Highest port of that range. Default: none; 49999 with `rtcMinPort`. */
  readonly rtcMaxPort: number | undefined;
  /** Most media that a client may send on one transport, in bit/s; 0: no limit. Default 10 000 000. */
  readonly maxIncomingBitrate: number;
  /** Most media that the server sends on one transport, in bit/s; 0: no limit. Default 0. */
  readonly maxOutgoingBitrate: number;
  /** First estimate of what a client can receive, in bit/s. Default 1 000 000. */
  readonly initialAvailableOutgoingBitrate: number;
  /** Least time between two key frame requests to the sender of a stream, in ms; 0: no least time. Default 500. */
  readonly keyFrameRequestDelayMs: number;
  /** Offer media over UDP. Default true. */
  readonly udp: boolean;
  /** Offer media over TCP, for networks that block UDP. Default true. */
  readonly tcp: boolean;
  /** Told to clients with every transport, when not empty. Default empty. */
  readonly iceServers: readonly IceServer[];

  /** Media workers (one process each); 0 is one per core. Default 0. */
  readonly workers: number;
  /** Time without a response after which a media worker is suspect, in ms: it gets no new rooms until it responds. Default 4000. */
  readonly workerSuspectMs: number;
  /** Time without a response after which a media worker is killed and replaced, in ms; 0: never. Default 15000. */
  readonly workerKillMs: number;
  /** What the media workers log. Default `warn`. */
  readonly workerLogLevel: 'debug' | 'warn' | 'error' | 'none';

  /** Largest message taken from a client, in bytes; a larger one closes its connection with 1009. Default 131072 (128 KiB). */
  readonly maxMessageBytes: number;
  /** Messages that a client may send per second, ten times as many at once; one more closes its connection with 1008. 0: any number. Default 200. */
  readonly maxMessagesPerSec: number;
  /**
   * Bytes of signaling that a client may send per second, eight times as many at once; more close its connection with 1008.
   * 0: any number. Default 262144 (256 KiB).
   */
  readonly maxBytesPerSec: number;
  /**
   * Unsent bytes from which on a client has to read something every `slowReaderMs`. From half of it messages that may be lost
   * (scores, speakers, text messages) are dropped for the client. Default 1048576 (1 MiB).
   */
  readonly maxBufferedBytes: number;
  /** Time in which a client beyond `maxBufferedBytes` has to read something, in ms; otherwise the client is disconnected. Default 10000. */
  readonly slowReaderMs: number;
  /**
   * Unsent bytes of all clients together, a message to many counted once; beyond that the clients that are farthest behind
   * are disconnected. Default 67108864 (64 MiB).
   */
  readonly maxBufferedTotalBytes: number;
  /** Unreadable messages that a client may send per minute; one more closes its connection with 1008. 0: any number. Default 100. */
  readonly maxBadMessages: number;
  /**
   * Requests of a client that may be refused per minute, one of n KiB counting as 1 + n/4; one more closes its connection
   * with 1008. 0: any number. Default 500.
   */
  readonly maxRefusedRequests: number;
  /** Connections at a time from one remote address, IPv6 by its network of 64 bits. 0: any number. Default 0. */
  readonly maxConnectionsPerAddress: number;
  /**
   * Connections of one peer id to one room within a minute, at once or spread: joins, rejoins and resumes. More are refused with
   * 429 and `Retry-After`. 0: any number. Default 30.
   */
  readonly maxJoinsPerPeer: number;
  /** Rooms at a time. Default 1000. */
  readonly maxRooms: number;
  /** Peers in one room. Default 100. */
  readonly maxPeersPerRoom: number;
  /**
   * WebRTC transports of one peer. In push-pull, which takes one for each push and pull, as many more as `maxPeersPerRoom`.
   * Default 3; 16 in push-pull.
   */
  readonly maxTransportsPerPeer: number | undefined;
  /**
   * Time that DTLS has from the moment a client connects its transport, in ms; then the server closes the transport. 0: no
   * end. push-pull has 35 s of its own. Default 30000.
   */
  readonly dtlsTimeoutMs: number;
  /** Producers of one peer, and as many data producers. Default 32. */
  readonly maxProducersPerPeer: number;
  /** Consumers of one peer, and as many data consumers; what else there is waits until one has closed. Default 1000. */
  readonly maxConsumersPerPeer: number;

  /** Believe the last entry of `X-Forwarded-For`. Only behind a proxy that writes it, and that nobody comes past. Default false. */
  readonly trustProxy: boolean;
  /**
   * Time that a connected client has to join, in ms; then the server closes it with 4000 (`joinTimeout`). Time in which the
   * server owes the client a response does not count; where it owes one at the end, it closes with 1012. Default 10000.
   */
  readonly joinTimeoutMs: number;
  /** Time between WebSocket pings, in ms; a client of whom nothing came by the next is cut off. 0: no pings. Default 10000. */
  readonly pingIntervalMs: number;
  /**
   * Grace period in which a disconnected peer may resume, in ms, where its client supports that; the other peers see a
   * reconnecting peer. 0: the server closes the peer at once. Default 30000: a client notices a silent connection within 15 s.
   */
  readonly reconnectGraceMs: number;

  /** Time that calls have to end by themselves once the server is told to stop, in ms; then it ends them. 0: it ends them at once. Default 0. */
  readonly drainTimeoutMs: number;

  /**
   * Which mediasoup-demo the mediasoup-v3 dialect answers like: the long-lived one (`classic`), that of 2025 (`notify`), or each
   * client like its own (`auto`). Default `auto`.
   */
  readonly mediasoupV3Variant: 'auto' | 'classic' | 'notify';
  /** mediasoup-v3: announce a leaving peer as `peerLeft` too, as 2060-io/webrtc-server does. Default false. */
  readonly seedNames: boolean;
  /**
   * push-pull: `standard`, or as RTCPilot does: no answer to what is unknown, nothing additive, opus and H264 alone, and
   * whoever joins under an id that is there takes it over. The router then prefers H264, under the payload types of Chromium's
   * own offers. Default `standard`.
   */
  readonly pushPullProfile: 'standard' | 'rtcpilot';
  /**
   * push-pull: longest SDP offer, in bytes. Offers of Chromium and Firefox have 2000 to 8000 bytes; an offer to pull two sounds
   * and two pictures has 15300 in Chromium, where each further picture adds 5800. Default 16384.
   */
  readonly maxOfferBytes: number;
  /** push-pull: most lines of SSRCs in an SDP offer. Chromium has 6 for a sound and a picture, Firefox 7 with simulcast. Default 64. */
  readonly maxOfferSsrcLines: number;
  /**
   * Each room has a bot, as that of mediasoup-demo: sends to everyone what a peer writes on a data channel labeled `bot`. Default
   * false.
   */
  readonly bot: boolean;
  /** Behave as the stock demo server does: requests in no order, no extensions. Default false. */
  readonly demoFaithful: boolean;

  /** Who may read `GET /metrics`: nobody, only this machine (and not through a proxy that says so), or anybody. Default `off`. */
  readonly metrics: 'off' | 'local' | 'any';
  /** Least level that is logged. Default `info`. */
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  /** Logs for people instead of JSON lines (needs the package `pino-pretty`). Default: only on a terminal. */
  readonly logPretty: boolean | undefined;
}
