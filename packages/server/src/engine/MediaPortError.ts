/** Reason why a worker could not listen for media. */
export type MediaPortErrorCode =
  /** Another process uses the port. */
  | 'portInUse'
  /** All ports of the range are in use. */
  | 'noPort'
  /** This user may not listen on the port. */
  | 'portForbidden'
  /** The address belongs to no interface of this machine. */
  | 'addressNotAvailable'
  /** Anything else. */
  | 'failed';

/** Thrown where a media worker cannot listen. For the program that starts the server, not for clients. */
export class MediaPortError extends Error {
  override name = 'MediaPortError';
  readonly code: MediaPortErrorCode;
  readonly protocol: string;
  readonly ip: string;
  /** Undefined where the worker tried several ports. */
  readonly port: number | undefined;

  constructor(code: MediaPortErrorCode, where: Pick<MediaPortError, 'protocol' | 'ip' | 'port'>, cause: unknown) {
    const { protocol, ip, port } = where;
    const place = port === undefined ? `a ${protocol} port` : `${protocol} port ${String(port)}`;
    super(`cannot listen for media on ${place} of ${ip}`, { cause });
    this.code = code;
    this.protocol = protocol;
    this.ip = ip;
    this.port = port;
  }
}
