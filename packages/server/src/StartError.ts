import { MediaPortError } from './engine/MediaPortError.ts';

/** Reason why the server could not start. */
export type StartErrorCode =
  | 'portInUse'
  | 'portForbidden'
  | 'addressNotAvailable'
  | 'hostUnknown'
  | 'certificateUnreadable'
  | 'workerMissing'
  | 'startFailed';

/** Thrown where the server cannot start. The message has the reason and what to do; the `cause` is the system's own error. */
export class StartError extends Error {
  override name = 'StartError';
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }

  /** Converts an error of listening on `host` and `port`. */
  static fromListening(error: unknown, host: string, port: number): StartError {
    const where = `port ${String(port)} on ${host}`;
    switch (systemCodeOf(error)) {
      case 'EADDRINUSE':
        return new StartError(
          'portInUse',
          `${where} is in use; stop the process that listens there, or choose another --port`,
          error,
        );
      case 'EACCES':
        return new StartError(
          'portForbidden',
          `${where} is not permitted for this user; choose a --port above 1023`,
          error,
        );
      case 'EADDRNOTAVAIL':
      case 'ENOTFOUND':
        return new StartError('addressNotAvailable', `--host ${host} is not an address of this machine`, error);
      default:
        return new StartError('startFailed', `cannot listen on ${where}: ${messageOf(error)}`, error);
    }
  }

  /** Converts an error of reading the certificate. */
  static fromCertificate(error: unknown): StartError {
    return new StartError('certificateUnreadable', `cannot use the certificate: ${messageOf(error)}`, error);
  }

  /** Converts the error for a codec that rooms cannot carry. */
  static fromCodecs(error: unknown): StartError {
    return new StartError('startFailed', `cannot use mediaCodecs: ${messageOf(error)}`, error);
  }

  /** Converts an error of choosing the media addresses. */
  static fromAnnouncing(error: unknown): StartError {
    const help = 'announce an IP address, or a name that this machine can look up';
    return new StartError('hostUnknown', `--announced-address: ${messageOf(error)}; ${help}`, error);
  }

  /** Converts an error of opening the media ports. */
  static fromMediaPort(error: MediaPortError): StartError {
    const { code, protocol, ip, port } = error;
    const where = port === undefined ? `${protocol} for media on ${ip}` : `${protocol} port ${String(port)} on ${ip}`;
    switch (code) {
      case 'portInUse':
        return new StartError(
          'portInUse',
          `${where}, which media requires, is in use; stop the process that listens there, or choose another --rtc-port`,
          error,
        );
      case 'noPort':
        return new StartError('portInUse', `no port is free for ${where}; choose an --rtc-port`, error);
      case 'portForbidden':
        return new StartError(
          'portForbidden',
          `${where}, which media requires, is not permitted for this user; choose an --rtc-port above 1023`,
          error,
        );
      case 'addressNotAvailable':
        return new StartError(
          'addressNotAvailable',
          `media cannot listen on ${ip}, which is not an address of this machine; choose another --listen-ip`,
          error,
        );
      case 'failed':
        return new StartError('startFailed', `${messageOf(error)}: ${messageOf(error.cause)}`, error);
    }
  }

  /** Converts an error of starting the media workers. */
  static fromWorkers(error: unknown): StartError {
    if (error instanceof MediaPortError) return StartError.fromMediaPort(error);
    // mediasoup passes on the message of the system's error, without its code.
    if (!/\bspawn .*\b(ENOENT|EACCES)\b/.test(messageOf(error))) {
      return new StartError('startFailed', `cannot start the media workers: ${messageOf(error)}`, error);
    }
    const help =
      'set MEDIASOUP_WORKER_BIN to a mediasoup-worker binary, or reinstall mediasoup so that it downloads its own';
    return new StartError('workerMissing', `cannot run mediasoup's worker (${messageOf(error)}): ${help}`, error);
  }
}

function systemCodeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
