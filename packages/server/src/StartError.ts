import { MediaPortError } from './engine/MediaPortError.ts';

/** Why a server could not be started. */
export type StartErrorCode =
  | 'portInUse'
  | 'portForbidden'
  | 'addressNotAvailable'
  | 'hostUnknown'
  | 'certificateUnreadable'
  | 'workerMissing'
  | 'startFailed';

/** The server could not be started. The message says why and what to do; the `cause` is the system's own error. */
export class StartError extends Error {
  override name = 'StartError';
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }

  /** What went wrong while listening on `host` and `port`. */
  static fromListening(error: unknown, host: string, port: number): StartError {
    const where = `port ${String(port)} on ${host}`;
    switch (systemCodeOf(error)) {
      case 'EADDRINUSE':
        return new StartError(
          'portInUse',
          `${where} is in use; stop what listens there, or choose another --port`,
          error,
        );
      case 'EACCES':
        return new StartError(
          'portForbidden',
          `${where} may not be used by this user; choose a --port above 1023`,
          error,
        );
      case 'EADDRNOTAVAIL':
      case 'ENOTFOUND':
        return new StartError('addressNotAvailable', `--host ${host} is no address of this machine`, error);
      default:
        return new StartError('startFailed', `cannot listen on ${where}: ${messageOf(error)}`, error);
    }
  }

  /** What went wrong while reading the certificate. */
  static fromCertificate(error: unknown): StartError {
    return new StartError('certificateUnreadable', `the certificate cannot be used: ${messageOf(error)}`, error);
  }

  /** Reports a codec that rooms cannot carry. */
  static fromCodecs(error: unknown): StartError {
    return new StartError('startFailed', `mediaCodecs cannot be used: ${messageOf(error)}`, error);
  }

  /** What went wrong while choosing the addresses for media. */
  static fromAnnouncing(error: unknown): StartError {
    const help = 'announce an IP address, or a name that this machine can look up';
    return new StartError('hostUnknown', `--announced-address: ${messageOf(error)}; ${help}`, error);
  }

  /** What went wrong while media workers began to listen. */
  static fromMediaPort(error: MediaPortError): StartError {
    const { code, protocol, ip, port } = error;
    const where = port === undefined ? `${protocol} for media on ${ip}` : `${protocol} port ${String(port)} on ${ip}`;
    switch (code) {
      case 'portInUse':
        return new StartError(
          'portInUse',
          `${where}, which media needs, is in use; stop what listens there, or choose another --rtc-port`,
          error,
        );
      case 'noPort':
        return new StartError('portInUse', `no port is free for ${where}; choose an --rtc-port`, error);
      case 'portForbidden':
        return new StartError(
          'portForbidden',
          `${where}, which media needs, may not be used by this user; choose an --rtc-port above 1023`,
          error,
        );
      case 'addressNotAvailable':
        return new StartError(
          'addressNotAvailable',
          `media cannot listen on ${ip}: it is no address of this machine; choose another --listen-ip`,
          error,
        );
      case 'failed':
        return new StartError('startFailed', `${messageOf(error)}: ${messageOf(error.cause)}`, error);
    }
  }

  /** What went wrong while starting the media workers. */
  static fromWorkers(error: unknown): StartError {
    if (error instanceof MediaPortError) return StartError.fromMediaPort(error);
    // mediasoup hands on the message of the system's error, without its code.
    if (!/\bspawn .*\b(ENOENT|EACCES)\b/.test(messageOf(error))) {
      return new StartError('startFailed', `the media workers cannot be started: ${messageOf(error)}`, error);
    }
    const help =
      'set MEDIASOUP_WORKER_BIN to a mediasoup-worker binary, or reinstall mediasoup so that it downloads its own';
    return new StartError('workerMissing', `mediasoup's worker cannot be run (${messageOf(error)}): ${help}`, error);
  }
}

function systemCodeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
