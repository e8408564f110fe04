import { type LeaveReason, ProtooTransport, Room } from '@tureen/client';
import { Call } from './call/Call.ts';
import { RoomAhead } from './call/RoomAhead.ts';
import { type DialectName, defaultServerPath, makeDialect } from './logic/dialects.ts';
import { randomPeerId } from './logic/names.ts';
import { isLoopback, isTrustedServer, readPageParameters, roomLink } from './logic/pageParameters.ts';
import { readSettings } from './logic/settings.ts';
import { EndedNotice } from './panels/EndedNotice.ts';
import { Lobby, type JoinChoices } from './panels/Lobby.ts';
import { Meeting } from './panels/Meeting.ts';
import { Toasts } from './panels/Toasts.ts';

interface View {
  readonly element: HTMLElement;
  open(): void;
  close?(): void;
}

/** The page. Shows one view at a time: the lobby, the meeting, or the notice after the meeting. */
export class App {
  readonly #root: HTMLElement;
  readonly #toasts = new Toasts();
  readonly #parameters = readPageParameters(location.search);
  #view: View | null = null;
  #call: Call | null = null;
  readonly #ahead = new RoomAhead(({ roomId, dialect }) => {
    const { server, peer } = this.#parameters;
    return new Room({
      roomId,
      peerId: peer ?? randomPeerId(),
      dialect: makeDialect(dialect),
      transport: new ProtooTransport({ url: server ?? defaultServerPath(dialect) }),
      logger: console,
    });
  });

  constructor(root: HTMLElement) {
    this.#root = root;
    root.after(this.#toasts.element);
    // Leave when the tab closes. Otherwise remote peers see this peer until the server notices the dead connection.
    addEventListener('pagehide', () => void this.#call?.room.leave());
  }

  start(): void {
    const { join, room, name, server, dialect, camera, microphone } = this.#parameters;
    const lobby = this.#showLobby();
    if (!join || room === null || !isTrustedServer(server, location.href)) {
      lobby.open();
      return;
    }
    // A link must not send anyone's camera without consent. On the user's own machine it may.
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
      onChoice: (choice) => {
        // As for a link, a foreign server learns nothing before the user joins.
        if (isTrustedServer(server, location.href)) this.#ahead.prepare(choice);
      },
      onClose: () => {
        this.#ahead.close();
      },
      onJoin: (choices) => this.#join(choices),
    });
    this.#show(lobby, { isOpened: false });
    return lobby;
  }

  /** Shows the lobby while joining. Opens its devices only if the join fails. */
  async #joinAtOnce(lobby: Lobby, choices: JoinChoices): Promise<void> {
    if (!(await lobby.join(choices))) lobby.open();
  }

  async #join(choices: JoinChoices): Promise<void> {
    const { server } = this.#parameters;
    const { roomId, name, dialect } = choices;
    const call = new Call(this.#ahead.take(choices), this.#toasts, (reason, text) => {
      this.#showEnded({ reason, text }, choices);
    });
    this.#call = call;
    await call.join(name);
    history.replaceState(null, '', pageUrlWith(roomId, dialect));
    this.#show(new Meeting({ call, link: roomLink(location.href, roomId, server, dialect), toasts: this.#toasts }));
    // The lobby has released the devices by now.
    call.startMedia(choices);
  }

  #showEnded(ending: { reason: LeaveReason; text: string | undefined }, choices: JoinChoices): void {
    this.#call = null;
    this.#toasts.clear();
    const { roomId } = choices;
    const notice = new EndedNotice({
      ...ending,
      roomId,
      onRejoin: () => void this.#joinAtOnce(this.#showLobby(roomId), choices),
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

/** Returns the URL with which a reload opens the same room and dialect. */
function pageUrlWith(roomId: string, dialect: DialectName): string {
  const url = new URL(location.href);
  url.searchParams.set('room', roomId);
  url.searchParams.set('dialect', dialect);
  return url.href;
}
