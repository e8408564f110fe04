import { type AppData, type MediaKind, type Written, formatIssue } from '@tureen/protocol/common';
import {
  type ClientData,
  type ClientMethod,
  type ClientNotificationMethod,
  type Extension,
  type ResponseData,
  type Variant,
  readResponse,
  wireKind,
  writeChannel,
  writeCreateWebRtcTransport,
  writeSource,
} from '@tureen/protocol/mediasoup-v3';
import type { DialectContext } from '../../room/DialectPort.ts';
import { TureenError } from '../../shared/errors.ts';
import type { MediasoupV3Options } from './options.ts';
import type { SentMethod } from './toWire.ts';

/** Sends the messages of a session, in the variant of the protocol that the server uses. */
export class V3Requests {
  variant: Variant;
  /** Extensions that the server announced in its response to join. */
  extensions: ReadonlySet<Extension> = new Set();
  readonly #context: Pick<DialectContext, 'channel'>;
  readonly #options: MediasoupV3Options;

  constructor(context: Pick<DialectContext, 'channel'>, options: MediasoupV3Options) {
    this.#context = context;
    this.#options = options;
    this.variant = options.variant === 'notify' ? 'notify' : 'classic';
  }

  async request<Method extends SentMethod>(
    method: Method,
    data: Written<ClientData<Method>>,
  ): Promise<ResponseData<Method>> {
    return this.read(method, await this.#context.channel.request(method, this.#write(method, data)));
  }

  /** Sends a request that not all servers know. */
  async requestIfSupported<Method extends SentMethod & Extension>(
    method: Method,
    data: Written<ClientData<Method>>,
  ): Promise<void> {
    if (this.extensions.has(method)) await this.request(method, data);
  }

  /** Sends a message that is a request in one variant and a notification in the other. */
  async send<Method extends ClientNotificationMethod>(
    method: Method,
    data: Written<ClientData<Method>>,
  ): Promise<void> {
    const { channel } = this.#context;
    if (wireKind(method, this.variant) === 'notification') await channel.notify(method, data);
    else await channel.request(method, data);
  }

  read<Method extends ClientMethod>(method: Method, response: unknown): ResponseData<Method> {
    const read = readResponse(method, response);
    if (read.ok) return read.value;
    throw new TureenError('badResponse', `the response to '${method}' is malformed: ${formatIssue(read.issue)}`, {
      method,
      hint: 'Check that the server speaks mediasoup-v3.',
    });
  }

  /** Returns the data of a request in the variant of the server. */
  #write<Method extends SentMethod>(method: Method, data: Written<ClientData<Method>>): unknown {
    // The table pairs methods with data, which TypeScript cannot infer here.
    const fields = data as unknown as { kind: MediaKind; label: string; appData: AppData };
    switch (method) {
      case 'createWebRtcTransport': {
        // The server detects the variant of the client from this request. `auto` writes the fields of both variants.
        const { variant = 'auto' } = this.#options;
        const wording = variant === 'auto' ? 'both' : variant;
        return writeCreateWebRtcTransport(data as ClientData<'createWebRtcTransport'>, wording);
      }
      case 'produce':
        return { ...fields, appData: writeSource(fields.appData, fields.kind, this.variant) };
      case 'produceData':
        return { ...fields, appData: writeChannel(fields.appData, fields.label, this.variant) };
      default:
        return data;
    }
  }
}
