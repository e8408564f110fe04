import type { DataProducer, Room } from '@tureen/client';
import type { Notify } from './Notify.ts';

export interface ChatMessage {
  readonly authorId: string;
  readonly author: string;
  readonly isOwn: boolean;
  readonly text: string;
  /** `Date.now()` on arrival in this page. */
  readonly at: number;
}

/** Label of the data channels that carry chat messages. */
const label = 'chat';

/** Chat with everyone in the room: the server's text messages where supported, otherwise a data channel. */
export class Chat {
  readonly #room: Room;
  readonly #notify: Notify;
  readonly #onChange: () => void;
  readonly #messages: ChatMessage[] = [];
  #channel: DataProducer | null = null;
  #opening: Promise<DataProducer> | null = null;
  #unread = 0;
  #isOpen = false;

  constructor(room: Room, notify: Notify, onChange: () => void) {
    this.#room = room;
    this.#notify = notify;
    this.#onChange = onChange;
    room.on('textMessage', ({ peer, text }) => {
      this.#receive(peer.id, peer.displayName, text);
    });
    room.on('newDataConsumer', ({ dataConsumer, peer }) => {
      if (dataConsumer.label !== label || peer === null) return;
      dataConsumer.on('message', ({ data }) => {
        if (typeof data === 'string') this.#receive(peer.id, peer.displayName, data);
      });
    });
    room.on('dataProducerClosed', ({ dataProducer }) => {
      if (dataProducer === this.#channel) this.#channel = null;
    });
  }

  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  /** Number of messages that arrived while the panel was closed. */
  get unread(): number {
    return this.#unread;
  }

  /** Sets whether the chat panel is open. */
  setOpen(isOpen: boolean): void {
    this.#isOpen = isOpen;
    if (isOpen) this.#unread = 0;
    this.#onChange();
  }

  /** Opens the channel before the first message: remote peers must consume it before they can receive a message. */
  prepare(): void {
    const { text, dataChannels } = this.#room.capabilities;
    if (text || !dataChannels) return;
    this.#open().catch((error: unknown) => {
      this.#notify.error(error, 'The chat could not be opened');
    });
  }

  /** Sends a message. Resolves with false for a blank text and after a failure, which `Notify` has reported. */
  async send(text: string): Promise<boolean> {
    const line = text.trim();
    if (line === '') return false;
    try {
      if (this.#room.capabilities.text) await this.#room.sendText(line);
      else (await this.#open()).send(line);
    } catch (error) {
      this.#notify.error(error, 'The message was not sent');
      return false;
    }
    this.#add({ authorId: this.#room.peerId, author: this.#room.displayName, isOwn: true, text: line, at: Date.now() });
    return true;
  }

  async #open(): Promise<DataProducer> {
    if (this.#channel !== null) return this.#channel;
    this.#opening ??= this.#room.produceData({ label }).finally(() => {
      this.#opening = null;
    });
    this.#channel = await this.#opening;
    return this.#channel;
  }

  #receive(authorId: string, author: string, text: string): void {
    if (!this.#isOpen) this.#unread += 1;
    this.#add({ authorId, author, isOwn: false, text, at: Date.now() });
  }

  #add(message: ChatMessage): void {
    this.#messages.push(message);
    this.#onChange();
  }
}
