import type { Notify } from '../call/Notify.ts';
import { IconButton } from '../ui/IconButton.ts';
import { ThemeButton } from '../ui/ThemeButton.ts';
import { copyText } from '../ui/clipboard.ts';
import { h } from '../ui/dom.ts';

export interface TopBarOptions {
  readonly roomId: string;
  /** Link that invites others. */
  readonly link: string;
  readonly notify: Notify;
  readonly onStats: (showsStats: boolean) => void;
}

/** Room name, invitation link, and the buttons for statistics and theme. */
export class TopBar {
  readonly element: HTMLElement;
  readonly #theme = new ThemeButton('theme-button');
  readonly #room: HTMLHeadingElement;
  #showsStats = false;

  constructor({ roomId, link, notify, onStats }: TopBarOptions) {
    const copy = new IconButton({
      icon: 'link',
      label: 'Copy the link to this room',
      testid: 'copy-link-button',
      class: 'icon-button--small',
      onClick: () => void shareLink(link, notify),
    });
    const stats = new IconButton({
      icon: 'stats',
      label: 'Stats',
      testid: 'stats-button',
      class: 'icon-button--small',
      onClick: () => {
        this.#showsStats = !this.#showsStats;
        stats.setPressed(this.#showsStats);
        onStats(this.#showsStats);
      },
    });
    stats.setPressed(false);
    stats.setTooltip('Show layers and scores on each tile');
    this.#room = h(
      'h1',
      { class: 'topbar__room', testid: 'room-name', attrs: { title: roomId, tabindex: -1 } },
      roomId,
    );
    this.element = h(
      'header',
      { class: 'topbar' },
      h('img', { class: 'topbar__mark', attrs: { src: './favicon.svg', alt: 'Tureen', width: 28, height: 28 } }),
      this.#room,
      copy.element,
      h('span', { class: 'topbar__gap' }),
      stats.element,
      this.#theme.element,
    );
  }

  /** Focuses the room name, where a screen reader starts. */
  focus(): void {
    this.#room.focus();
  }

  render(): void {
    this.#theme.render();
  }
}

/** Shares the link through the system's dialog on a phone, otherwise copies it. */
export async function shareLink(link: string, notify: Notify): Promise<void> {
  if (matchMedia('(pointer: coarse)').matches && 'share' in navigator) {
    try {
      await navigator.share({ title: 'Tureen', url: link });
      return;
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return;
    }
  }
  const isCopied = await copyText(link);
  notify.info(isCopied ? 'Link copied' : `The browser blocked copying. The link: ${link}`);
}
