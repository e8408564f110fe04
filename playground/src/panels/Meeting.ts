import type { Call } from '../call/Call.ts';
import { h } from '../ui/dom.ts';
import { icon } from '../ui/icons.ts';
import { listenForShortcuts } from '../ui/shortcuts.ts';
import { Banner } from './Banner.ts';
import { ChatPanel } from './ChatPanel.ts';
import { ControlBar } from './ControlBar.ts';
import { PeoplePanel } from './PeoplePanel.ts';
import { SettingsPanel } from './SettingsPanel.ts';
import { Sidebar } from './Sidebar.ts';
import { Stage } from './Stage.ts';
import type { Toasts } from './Toasts.ts';
import { TopBar, shareLink } from './TopBar.ts';
import { TracePanel } from './TracePanel.ts';

export interface MeetingOptions {
  readonly call: Call;
  /** Link that invites others. */
  readonly link: string;
  readonly toasts: Toasts;
}

/** The meeting. Combines the panels and redraws them when the call changes. */
export class Meeting {
  readonly element: HTMLElement;
  readonly #call: Call;
  readonly #stage: Stage;
  readonly #bar: ControlBar;
  readonly #sidebar: Sidebar;
  readonly #banner: Banner;
  readonly #topBar: TopBar;
  readonly #main: HTMLElement;
  readonly #narrow = matchMedia('(max-width: 719px)');
  readonly #closing = new AbortController();
  readonly #unsubscribes: readonly (() => void)[];

  constructor({ call, link, toasts }: MeetingOptions) {
    this.#call = call;
    const { roomId } = call.room;
    this.#stage = new Stage(call, {
      invitation: invitation(() => void shareLink(link, toasts)),
      onFailed: (error) => {
        toasts.error(error, 'The layer was not changed');
      },
    });
    this.#topBar = new TopBar({
      roomId,
      link,
      notify: toasts,
      onStats: (showsStats) => {
        this.#stage.showsStats = showsStats;
        this.#stage.render();
      },
    });
    const trace = new TracePanel(call.trace, toasts);
    const settings = new SettingsPanel(call, toasts, {
      onSpeaker: () => {
        this.#stage.applySpeaker();
      },
      onTheme: () => {
        this.#topBar.render();
      },
    });
    this.#sidebar = new Sidebar(
      { chat: new ChatPanel(call.chat), people: new PeoplePanel(call), trace, settings },
      (closed) => {
        this.#handleSidebar();
        if (closed !== null) this.#bar.openerOf(closed)?.focus();
      },
    );
    this.#bar = new ControlBar(call, this.#sidebar, () => void call.room.leave());
    this.#banner = new Banner(call);
    this.#main = h(
      'main',
      { class: 'meeting__main' },
      this.#topBar.element,
      this.#banner.element,
      this.#stage.element,
      this.#bar.element,
    );
    this.element = h('div', { class: 'meeting', testid: 'meeting' }, this.#main, this.#sidebar.element);
    this.#unsubscribes = [
      call.changes.subscribe(() => {
        this.render();
      }),
      call.traceChanges.subscribe(() => {
        if (this.#sidebar.open === 'trace') trace.render();
      }),
    ];
    this.#listen();
  }

  open(): void {
    this.render();
    this.#topBar.focus();
  }

  render(): void {
    const { room, chat } = this.#call;
    this.#stage.render();
    this.#bar.render();
    this.#banner.render();
    if (this.#sidebar.open !== 'trace') this.#sidebar.render();
    document.title = `${chat.unread > 0 ? `(${chat.unread}) ` : ''}${room.roomId} · Tureen`;
    this.element.dataset.state = room.state;
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribes) unsubscribe();
    this.#closing.abort();
    this.#sidebar.close();
    this.#bar.close();
    this.#stage.close();
    document.title = 'Tureen';
  }

  #listen(): void {
    const { signal } = this.#closing;
    listenForShortcuts(
      {
        m: () => {
          this.#bar.toggleMicrophone();
        },
        v: () => {
          this.#bar.toggleCamera();
        },
        s: () => {
          this.#bar.toggleShare();
        },
      },
      signal,
    );
    document.addEventListener(
      'keydown',
      (event) => {
        if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
        if (this.#bar.isMoreOpen) this.#bar.setMoreOpen(false);
        else this.#sidebar.close();
      },
      { signal },
    );
    this.#narrow.addEventListener(
      'change',
      () => {
        this.#handleSidebar();
      },
      { signal },
    );
  }

  /** On a phone the panel covers the meeting, which must not receive the focus then. */
  #handleSidebar(): void {
    this.#main.inert = this.#narrow.matches && this.#sidebar.open !== null;
    this.element.classList.toggle('meeting--sidebar', this.#sidebar.open !== null);
    this.render();
  }
}

/** Creates the invitation that a user alone in the room sees. */
function invitation(onCopy: () => void): HTMLElement {
  return h(
    'div',
    { class: 'invitation', testid: 'invitation' },
    h('p', { class: 'invitation__title' }, 'You are the only one here'),
    h('p', {}, 'Send the link to the people you want to meet.'),
    h(
      'button',
      { class: 'button', testid: 'invite-button', attrs: { type: 'button' }, on: { click: onCopy } },
      icon('link'),
      'Copy the link',
    ),
  );
}
