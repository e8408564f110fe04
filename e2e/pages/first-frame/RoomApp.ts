import type { ProtooTransport, Room, mediasoupV3 } from '@tureen/client';
import { type App, type JoinRequest, camera } from './App.ts';

/** Exports of a build of the client. */
export interface Sdk {
  readonly Room: typeof Room;
  readonly ProtooTransport: typeof ProtooTransport;
  readonly mediasoupV3: typeof mediasoupV3;
}

/** App on Tureen. */
export class RoomApp implements App {
  readonly #sdk: Sdk;
  #room: Room | null = null;

  constructor(sdk: Sdk) {
    this.#sdk = sdk;
  }

  async prepare(request: JoinRequest): Promise<void> {
    await this.#open(request).prepare();
  }

  async join(request: JoinRequest, onPicture: (element: HTMLVideoElement) => void): Promise<void> {
    const room = this.#room ?? this.#open(request);
    room.on('newConsumer', ({ consumer }) => {
      const element = consumer.attach();
      document.body.append(element);
      if (element instanceof HTMLVideoElement) onPicture(element);
    });
    await room.join();
  }

  async enableCamera(): Promise<void> {
    await this.#room?.enableCamera({ preset: camera });
  }

  async leave(): Promise<void> {
    await this.#room?.leave();
  }

  #open({ serverUrl, roomId, peerId }: JoinRequest): Room {
    const { Room, ProtooTransport, mediasoupV3 } = this.#sdk;
    this.#room = new Room({
      roomId,
      peerId,
      dialect: mediasoupV3(),
      transport: new ProtooTransport({ url: serverUrl }),
    });
    return this.#room;
  }
}
