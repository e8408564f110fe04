import type { Logger } from 'pino';
import { emitOn, TypedEmitter } from '@tureen/kernel';
import { PeerConsumers } from './PeerConsumers.ts';
import type { PeerClosing, PeerEvents } from './PeerEvents.ts';
import type { CreateTransportOptions, Device, JoinOptions, PeerOptions } from './PeerOptions.ts';
import { PeerProducers } from './PeerProducers.ts';
import { PeerTransports } from './PeerTransports.ts';
import { allPermissions, refusalOf } from './permissions.ts';
import type { Permission, Permissions } from './permissions.ts';
import type { RoomAccess, RoomResources, RoomView } from './RoomAccess.ts';
import { RoomError } from './RoomError.ts';
import { SignalingRoundTrip } from './SignalingRoundTrip.ts';
import type { Transport } from './Transport.ts';

/** Parts of a {@link Peer}. */
export interface PeerParts {
  readonly access: RoomAccess;
  readonly resources: RoomResources;
  readonly logger: Logger;
}

/**
 * Client in a room, independent of its dialect: the media that the peer sends ({@link Peer.sending}), the media that it
 * receives ({@link Peer.receiving}), and its notifications as {@link PeerEvents}. A peer exists from the connection on. The
 * other peers know of it from `join` to `close`.
 */
export class Peer extends TypedEmitter<PeerEvents> {
  readonly id: string;
  readonly dialect: string;
  readonly remoteAddress: string | undefined;
  readonly logger: Logger;
  readonly room: RoomView;
  readonly signalingRoundTrip = new SignalingRoundTrip();
  /** Producers and data producers of the peer. */
  readonly sending: PeerProducers;
  /** Consumers and data consumers of the peer. */
  readonly receiving: PeerConsumers;
  readonly #access: RoomAccess;
  readonly #transports: PeerTransports;
  #state: 'entering' | 'joined' | 'closed' = 'entering';
  #profile: { readonly displayName: string; readonly device?: Device | undefined; readonly appData?: unknown };
  #isHidden = false;
  #permissions: Permissions;
  #isReconnecting = false;

  constructor(options: PeerOptions, { access, resources, logger }: PeerParts) {
    super({
      onListenerError: (error, event) => {
        logger.error({ err: error, event }, 'listener failed');
      },
    });
    const { id, dialect, remoteAddress, permissions = allPermissions } = options;
    this.id = id;
    this.dialect = dialect;
    this.remoteAddress = remoteAddress;
    this.logger = logger;
    this.room = access.view;
    this.#access = access;
    this.#profile = { displayName: id };
    this.#permissions = permissions;
    this.#transports = new PeerTransports({ ...options, owner: this, resources });
    this.sending = new PeerProducers({ owner: this, room: access, resources });
    this.receiving = new PeerConsumers({ owner: this, room: access, resources, logger });
  }

  /** State of the peer; `entering` until the join. */
  get state(): 'entering' | 'joined' | 'closed' {
    return this.room.closed ? 'closed' : this.#state;
  }

  get displayName(): string {
    return this.#profile.displayName;
  }

  /** Client program of the peer. Undefined where its dialect has no such field. */
  get device(): Device | undefined {
    return this.#profile.device;
  }

  /** Data of the app; any JSON. */
  get appData(): unknown {
    return this.#profile.appData;
  }

  /** Whether the peer only watches and listens. */
  get hidden(): boolean {
    return this.#isHidden;
  }

  get permissions(): Permissions {
    return this.#permissions;
  }

  /** Whether the peer is disconnected and may still resume. */
  get reconnecting(): boolean {
    return this.#isReconnecting;
  }

  get transports(): ReadonlyMap<string, Transport> {
    return this.#transports.all;
  }

  /**
   * Announces the peer to the others. If the peer receives, it is then offered their media.
   *
   * @throws RoomError `alreadyJoined`, `duplicatedPeer`, `notPermitted`, `closed`.
   */
  join(options: JoinOptions): void {
    this.#assertOpen();
    if (this.#state === 'joined') throw new RoomError('alreadyJoined');
    if (options.hidden === true) this.assertMay('hide');
    const profile = this.#profile;
    const { displayName = this.id, device, appData, hidden = false } = options;
    this.#profile = { displayName, device, appData };
    this.#isHidden = hidden;
    this.#state = 'joined';
    try {
      this.#access.admit(this, options);
    } catch (error) {
      this.#state = 'entering';
      this.#isHidden = false;
      this.#profile = profile;
      throw error;
    }
    this.receiving.offerExisting();
  }

  /** Creates a transport. @throws RoomError `tooManyTransports`, `closed`; MediaError. */
  async createTransport(options: CreateTransportOptions): Promise<Transport> {
    this.#assertOpen();
    return this.#transports.create(options);
  }

  /**
   * Replaces the permissions, for a connection that resumes the peer. Closes media that the peer may no longer send. Closes
   * a hidden peer that may no longer hide (reason `notPermitted`).
   */
  setPermissions(permissions: Permissions): void {
    this.#permissions = permissions;
    if (this.#isHidden && !permissions.hide) this.close({ reason: 'notPermitted' });
    this.sending.closeForbidden(permissions);
  }

  /** Sets whether the client is disconnected. A change is announced to the other peers. */
  setReconnecting(isReconnecting: boolean): void {
    this.#assertJoined();
    if (this.#isReconnecting === isReconnecting) return;
    this.#isReconnecting = isReconnecting;
    this.#access.report('reachabilityChanged', { peer: this });
  }

  setDisplayName(displayName: string): void {
    this.#assertJoined();
    const oldDisplayName = this.displayName;
    if (displayName === oldDisplayName) return;
    this.#profile = { ...this.#profile, displayName };
    this.#access.report('displayNameChanged', { peer: this, oldDisplayName });
  }

  /** Sends text to all other peers. @throws RoomError `notJoined`, `hiddenPeer`, `notPermitted`, `closed`. */
  sendText(text: string): void {
    this.assertMay('text');
    this.#access.report('textSent', { peer: this, text });
  }

  /** Closes the peer with all its entities, notifies the others, then emits `closed`. Idempotent. */
  close(closing: PeerClosing): void {
    if (this.state === 'closed') return;
    this.#state = 'closed';
    this.#transports.close(false);
    this.#access.report('closed', { peer: this, closing });
    this.#emitClosed(closing);
  }

  /** Handles the close of the room, which closes the router with all media. */
  roomClosed(closing: PeerClosing): void {
    this.#state = 'closed';
    this.#transports.close(true);
    this.#emitClosed(closing);
  }

  /**
   * Checks that the peer has a permission, and for all but `hide` that it is joined and visible.
   *
   * @throws RoomError `notJoined`, `hiddenPeer`, `notPermitted`, `closed`.
   */
  assertMay(permission: Permission): void {
    if (permission !== 'hide') {
      this.#assertJoined();
      if (this.#isHidden) throw refusalOf(permission, 'hiddenPeer');
    }
    if (!this.#permissions[permission]) throw refusalOf(permission, 'notPermitted');
  }

  #emitClosed(closing: PeerClosing): void {
    emitOn(this, 'closed', closing);
    this.removeAllListeners();
  }

  #assertOpen(): void {
    if (this.state === 'closed') throw new RoomError('closed');
  }

  #assertJoined(): void {
    this.#assertOpen();
    if (this.#state !== 'joined') throw new RoomError('notJoined');
  }
}
