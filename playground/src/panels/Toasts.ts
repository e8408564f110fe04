import { TureenError } from '@tureen/client';
import type { Notify } from '../call/Notify.ts';
import { h } from '../ui/dom.ts';
import { icon } from '../ui/icons.ts';
import { adviceFor } from '../logic/problems.ts';

/** ms that a notice stays. Errors stay until the user dismisses them. */
const infoStaysMs = 4000;
const atMost = 4;

/** Notices in a corner: failures with advice, and peers that joined or left. The console shows the error. */
export class Toasts implements Notify {
  readonly element = h('div', {
    class: 'toasts',
    testid: 'toasts',
    attrs: { role: 'region', 'aria-label': 'Notices' },
  });
  // Two permanent live regions: `alert` interrupts the screen reader, `status` waits.
  readonly #errors = h('div', { class: 'toasts__list', attrs: { role: 'alert' } });
  readonly #infos = h('div', { class: 'toasts__list', attrs: { role: 'status' } });

  constructor() {
    this.element.append(this.#infos, this.#errors);
  }

  error(error: unknown, doing: string): void {
    const code = TureenError.is(error) ? error.code : 'error';
    console.warn(`${doing}:`, error);
    this.#dropSame(code, doing);
    const toast = h(
      'div',
      { class: 'toast toast--error', testid: 'toast', attrs: { 'data-code': code, 'data-doing': doing } },
      icon('alert'),
      h(
        'div',
        { class: 'toast__body' },
        h('p', { class: 'toast__title' }, doing),
        h('p', { class: 'toast__text' }, adviceFor(error)),
      ),
      h(
        'button',
        {
          class: 'toast__close',
          testid: 'toast-close',
          attrs: { type: 'button', 'aria-label': 'Dismiss' },
          on: {
            click: () => {
              toast.remove();
            },
          },
        },
        icon('close'),
      ),
    );
    this.#show(this.#errors, toast);
  }

  info(text: string): void {
    const toast = h(
      'div',
      { class: 'toast', testid: 'toast', attrs: { 'data-code': 'info' } },
      h('p', { class: 'toast__text' }, text),
    );
    this.#show(this.#infos, toast);
    setTimeout(() => {
      toast.remove();
    }, infoStaysMs);
  }

  clear(): void {
    this.#errors.replaceChildren();
    this.#infos.replaceChildren();
  }

  #show(list: HTMLElement, toast: HTMLElement): void {
    list.append(toast);
    while (list.children.length > atMost) list.firstElementChild?.remove();
  }

  /** Removes an earlier notice of the same failure. */
  #dropSame(code: string, doing: string): void {
    for (const toast of [...this.#errors.children])
      if (toast instanceof HTMLElement && toast.dataset.code === code && toast.dataset.doing === doing) toast.remove();
  }
}
