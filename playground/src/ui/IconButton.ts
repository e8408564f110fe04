import { h, setAttribute, setText } from './dom.ts';
import { type IconName, icon } from './icons.ts';

export interface IconButtonOptions {
  readonly icon: IconName;
  /** What it is, to screen readers; stays the same when a toggle is pressed. */
  readonly label: string;
  readonly testid: string;
  readonly class?: string;
  /** A key that does the same, e.g. `m`. */
  readonly shortcut?: string;
  /** Shown beside the icon where there is room. */
  readonly text?: string;
  readonly onClick: () => void;
}

/** A button that is an icon: with a label, a tooltip, and where it is a toggle its state. */
export class IconButton {
  readonly element: HTMLButtonElement;
  readonly #options: IconButtonOptions;
  #icon: IconName;

  constructor(options: IconButtonOptions) {
    this.#options = options;
    this.#icon = options.icon;
    this.element = h(
      'button',
      {
        class: `icon-button ${options.class ?? ''}`.trim(),
        testid: options.testid,
        attrs: { type: 'button', 'aria-label': options.label, 'aria-keyshortcuts': options.shortcut },
        on: {
          click: () => {
            options.onClick();
          },
        },
      },
      icon(options.icon),
      options.text === undefined ? null : h('span', { class: 'icon-button__text' }, options.text),
    );
    this.setTooltip(options.label);
  }

  setIcon(name: IconName): void {
    if (name === this.#icon) return;
    this.#icon = name;
    this.element.querySelector('.icon')?.replaceWith(icon(name));
  }

  /** What a click would do. */
  setTooltip(text: string): void {
    const { shortcut } = this.#options;
    setAttribute(this.element, 'title', shortcut === undefined ? text : `${text} (${shortcut})`);
  }

  setPressed(isPressed: boolean): void {
    setAttribute(this.element, 'aria-pressed', String(isPressed));
  }

  /** For buttons that open a panel. */
  setExpanded(isExpanded: boolean): void {
    setAttribute(this.element, 'aria-expanded', String(isExpanded));
  }

  /** Between a click and what comes of it. */
  setBusy(isBusy: boolean): void {
    setAttribute(this.element, 'aria-busy', isBusy ? 'true' : null);
  }

  /** A number in its corner, and what it counts in the label; 0 shows none. */
  setBadge(count: number, { testid, counted }: { testid: string; counted: string }): void {
    const { label } = this.#options;
    setAttribute(this.element, 'aria-label', count === 0 ? label : `${label}, ${count} ${counted}`);
    let badge = this.element.querySelector('.badge');
    if (count === 0) {
      badge?.remove();
      return;
    }
    if (badge === null) {
      badge = h('span', { class: 'badge', testid, attrs: { 'aria-hidden': 'true' } });
      this.element.append(badge);
    }
    setText(badge, count > 99 ? '99+' : String(count));
  }
}
