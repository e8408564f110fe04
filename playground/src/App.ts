import { type LeaveReason, ProtooTransport, Room } from '@tureen/client';
import { Call } from './call/Call.ts';
import { type DialectName, defaultServerPath, makeDialect } from './logic/dialects.ts';
import { randomPeerId } from './logic/names.ts';
import { isLoopback, isTrustedServer, readPageParameters, roomLink } from './logic/pageParameters.ts';
import { readSettings } from './logic/settings.ts';
import { EndedNotice } from './panels/EndedNotice.ts';
import { Lobby, type LobbyWishes } from './panels/Lobby.ts';
import { Meeting } from './panels/Meeting.ts';
import { Toasts } from './panels/Toasts.ts';

interface View {
  readonly element: HTMLElement;
  open(): void;
  close?(): void;
}

/** The page: lobby, meeting, and what is told afterwards; one of them at a time. */
export class App {
  readonly #root: HTMLElement;
  readonly #toasts = new Toasts();
  readonly #parameters = readPageParameters(location.search);
  #view: View | null = null;
  #call: Call | null = null;

  constructor(root: HTMLElement) {
    this.#root = root;
    root.after(this.#toasts.element);
    // A tab that is closed says goodbye, so that the others need not wait for its silence.
    addEventListener('pagehide', () => void this.#call?.room.leave());
  }

  start(): void {
    const { join, room, name, server, dialect, camera, microphone } = this.#parameters;
    const lobby = this.#showLobby();
    if (!join || room === null || !isTrustedServer(server, location.href)) {
      lobby.open();
      return;
    }
    // A link must not put anyone's camera on the air unasked; on one's own machine it may.
    const isOwnMachine = isLoopback(location.hostname);
    void this.#joinAtOnce(lobby, {
      name: name ?? (readSettings().name || 'Guest'),
      roomId: room,
      dialect: dialect ?? readSettings().dialect,
      microphone: isOwnMachine && (microphone ?? true),
      camera: isOwnMachine && (camera ?? true),
    });
  }

  #showLobby(room = this.#parameters.room): Lobby {
    const { name, server, dialect, camera, microphone } = this.#parameters;
    const lobby = new Lobby({
      room,
      name,
      server,
      dialect: dialect ?? readSettings().dialect,
      camera: camera ?? true,
      microphone: microphone ?? true,
      onJoin: (wishes) => this.#join(wishes),
    });
    this.#show(lobby, { isOpened: false });
    return lobby;
  }

  /** The lobby is seen while it lasts; it comes to life if it fails. */
  async #joinAtOnce(lobby: Lobby, wishes: LobbyWishes): Promise<void> {
    if (!(await lobby.join(wishes))) lobby.open();
  }

  async #join(wishes: LobbyWishes): Promise<void> {
    const { server, peer } = this.#parameters;
    const { roomId, name, dialect } = wishes;
    const room = new Room({
      roomId,
      peerId: peer ?? randomPeerId(),
      dialect: makeDialect(dialect),
      transport: new ProtooTransport({ url: server ?? defaultServerPath(dialect) }),
      logger: console,
    });
    const call = new Call(room, this.#toasts, (reason, text) => {
      this.#showEnded({ reason, text }, wishes);
    });
    this.#call = call;
    await call.join(name);
    history.replaceState(null, '', pageUrlWith(roomId, dialect));
    this.#show(new Meeting({ call, link: roomLink(location.href, roomId, server, dialect), toasts: this.#toasts }));
    // The lobby has let go of the devices now.
    call.startMedia(wishes);
  }

  #showEnded(ending: { reason: LeaveReason; text: string | undefined }, wishes: LobbyWishes): void {
    this.#call = null;
    this.#toasts.clear();
    const { roomId } = wishes;
    const notice = new EndedNotice({
      ...ending,
      roomId,
      onRejoin: () => void this.#joinAtOnce(this.#showLobby(roomId), wishes),
      onLobby: () => {
        this.#showLobby(roomId).open();
      },
    });
    this.#show(notice);
  }

  #show(view: View, { isOpened = true } = {}): void {
    this.#view?.close?.();
    this.#view = view;
    this.#root.replaceChildren(view.element);
    if (isOpened) view.open();
  }
}

/** A reload leads back to the same room, in the same words. */
function pageUrlWith(roomId: string, dialect: DialectName): string {
  const url = new URL(location.href);
  url.searchParams.set('room', roomId);
  url.searchParams.set('dialect', dialect);
  return url.href;
}
