import type { CloseReason } from '@tureen/client';
import { endingText } from '../logic/texts.ts';
import { h } from '../ui/dom.ts';
import { logo } from '../ui/logo.ts';

export interface EndedOptions {
  readonly roomId: string;
  readonly onRejoin: () => void;
  readonly onLobby: () => void;
}

/** After the meeting: why it is over, and the way back. */
export class EndedNotice {
  readonly element: HTMLElement;
  readonly #title: HTMLHeadingElement;

  constructor(reason: CloseReason, { roomId, onRejoin, onLobby }: EndedOptions) {
    const { title, detail } = endingText(reason);
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
        h(
          'p',
          { class: 'ended__facts' },
          'Room ',
          h('code', {}, roomId),
          ' · ',
          h('code', { testid: 'ended-reason' }, reason),
        ),
        h(
          'div',
          { class: 'ended__buttons' },
          h(
            'button',
            {
              class: 'button button--primary',
              testid: 'rejoin-button',
              attrs: { type: 'button' },
              on: { click: onRejoin },
            },
            'Rejoin',
          ),
          h(
            'button',
            { class: 'button', testid: 'lobby-button', attrs: { type: 'button' }, on: { click: onLobby } },
            'Back to the lobby',
          ),
        ),
      ),
    );
  }

  open(): void {
    this.#title.focus();
  }
}
