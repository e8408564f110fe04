/** Replaces the `Logger` of mediasoup-client and its dependencies, which writes to `debug`. */
export class Logger {
  debug(): void {}
  warn(): void {}
  error(): void {}
}
