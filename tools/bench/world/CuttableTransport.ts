import type { SignalingTransport } from '@tureen/client';
import type { ConnectOptions, TransportConnection } from '@tureen/client/ports';

/** Transport whose connection a test can cut. Both ends notice, although neither closed it. */
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

  /** Cuts the latest connection. */
  cut(): void {
    this.#cut();
  }
}
