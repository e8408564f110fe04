/** Why a server could not be started. */
export type StartErrorCode =
  'portInUse' | 'portForbidden' | 'addressNotAvailable' | 'certificateUnreadable' | 'workerMissing' | 'startFailed';

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

  /** What went wrong while starting the media workers. */
  static fromWorkers(error: unknown): StartError {
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
