import type { LeaveReason } from '@tureen/client';
import { endingText } from '../logic/texts.ts';
import { h } from '../ui/dom.ts';
import { logo } from '../ui/logo.ts';

export interface EndedOptions {
  readonly reason: LeaveReason;
  /** Text of the host or server. */
  readonly text: string | undefined;
  readonly roomId: string;
  readonly onRejoin: () => void;
  readonly onLobby: () => void;
}

/** View after the meeting: why it ended, with buttons to rejoin or to open the lobby. */
export class EndedNotice {
  readonly element: HTMLElement;
  readonly #title: HTMLHeadingElement;

  constructor({ reason, text, roomId, onRejoin, onLobby }: EndedOptions) {
    const { title, detail, isRejoinLikely } = endingText(reason, text);
    const button = (testid: string, label: string, isPrimary: boolean, onClick: () => void) =>
      h(
        'button',
        {
          class: isPrimary ? 'button button--primary' : 'button',
          testid,
          attrs: { type: 'button' },
          on: { click: onClick },
        },
        label,
      );
    const rejoin = button('rejoin-button', 'Rejoin', isRejoinLikely, onRejoin);
    const lobby = button('lobby-button', 'Back to the lobby', !isRejoinLikely, onLobby);
    this.#title = h('h1', { testid: 'ended-title', attrs: { tabindex: -1 } }, title);
    this.element = h(
      'main',
      { class: 'ended', testid: 'ended', attrs: { 'data-reason': reason } },
      h(
        'div',
        { class: 'ended__card' },
        logo(),
        this.#title,
        h('p', {}, detail),
        h('p', { class: 'ended__facts' }, 'Room ', h('code', {}, roomId)),
        h('div', { class: 'ended__buttons' }, ...(isRejoinLikely ? [rejoin, lobby] : [lobby, rejoin])),
      ),
    );
  }

  open(): void {
    this.#title.focus();
  }
}
