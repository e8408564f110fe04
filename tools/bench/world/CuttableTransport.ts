import type { SignalingTransport } from '@tureen/client';
import type { ConnectOptions, TransportConnection } from '@tureen/client/ports';

/** A transport whose connection can be cut: neither end has closed it, and both find out. */
export class CuttableTransport implements SignalingTransport {
  readonly #beneath: SignalingTransport;
  #cut = (): void => {};

  constructor(beneath: SignalingTransport) {
    this.#beneath = beneath;
  }

  async connect(options: ConnectOptions): Promise<TransportConnection> {
    const connection = await this.#beneath.connect(options);
    this.#cut = () => {
      connection.close();
      options.onClosed({ by: 'network', reason: 'cut' });
    };
    return connection;
  }

  /** Of the connection that was opened last. */
  cut(): void {
    this.#cut();
  }
}
