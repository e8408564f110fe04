import { h, setAttribute, setText } from './dom.ts';
import { type IconName, icon } from './icons.ts';

export interface IconButtonOptions {
  readonly icon: IconName;
  /** Name for screen readers. Does not change when a toggle is pressed. */
  readonly label: string;
  readonly testid: string;
  readonly class?: string;
  /** Key that triggers the same action, e.g. `m`. */
  readonly shortcut?: string;
  /** Text beside the icon where there is room. */
  readonly text?: string;
  readonly onClick: () => void;
}

/** Button with an icon, a label and a tooltip. Toggles also have a pressed state. */
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

  /** Sets the text that explains what a click does. */
  setTooltip(text: string): void {
    const { shortcut } = this.#options;
    setAttribute(this.element, 'title', shortcut === undefined ? text : `${text} (${shortcut})`);
  }

  setPressed(isPressed: boolean): void {
    setAttribute(this.element, 'aria-pressed', String(isPressed));
  }

  /** Sets whether the panel of the button is open. */
  setExpanded(isExpanded: boolean): void {
    setAttribute(this.element, 'aria-expanded', String(isExpanded));
  }

  /** Marks the action as in progress. */
  setBusy(isBusy: boolean): void {
    setAttribute(this.element, 'aria-busy', isBusy ? 'true' : null);
  }

  /** Shows a number in the corner and adds it with `counted` to the label. 0 shows none. */
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
