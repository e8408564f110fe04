import { h } from '../ui/dom.ts';
import { icon } from '../ui/icons.ts';

export type PanelName = 'chat' | 'people' | 'trace' | 'settings';

/** Content of the sidebar. */
export interface Panel {
  readonly title: string;
  readonly element: HTMLElement;
  /** Buttons beside the title. */
  readonly tools?: readonly HTMLElement[];
  /** Element that receives the focus when the panel opens. Null: the title. */
  readonly firstFocus: HTMLElement | null;
  render(): void;
  onOpened?(): void;
  onClosed?(): void;
}

/** Shows one panel at a time: beside the stage on a wide screen, over it on a phone. */
export class Sidebar {
  readonly element = h('aside', { class: 'sidebar', testid: 'sidebar', attrs: { id: 'sidebar', hidden: true } });
  readonly #panels: Readonly<Record<PanelName, Panel>>;
  readonly #onToggled: (closed: PanelName | null) => void;
  #open: PanelName | null = null;

  constructor(panels: Readonly<Record<PanelName, Panel>>, onToggled: (closed: PanelName | null) => void) {
    this.#panels = panels;
    this.#onToggled = onToggled;
  }

  get open(): PanelName | null {
    return this.#open;
  }

  toggle(name: PanelName): void {
    this.#show(this.#open === name ? null : name);
  }

  close(): void {
    this.#show(null);
  }

  render(): void {
    if (this.#open !== null) this.#panels[this.#open].render();
  }

  #show(name: PanelName | null): void {
    const before = this.#open;
    if (name === before) return;
    this.#open = name;
    this.element.hidden = name === null;
    if (before !== null) this.#panels[before].onClosed?.();
    if (name === null) this.element.replaceChildren();
    else this.#fill(name);
    this.#onToggled(name === null ? before : null);
  }

  #fill(name: PanelName): void {
    const panel = this.#panels[name];
    const title = h('h2', { attrs: { id: `${name}-title`, tabindex: -1 } }, panel.title);
    const close = h(
      'button',
      {
        class: 'icon-button icon-button--small',
        testid: 'panel-close',
        attrs: { type: 'button', 'aria-label': `Close ${panel.title}`, title: 'Close (Esc)' },
        on: {
          click: () => {
            this.close();
          },
        },
      },
      icon('close'),
    );
    this.element.dataset.panel = name;
    this.element.replaceChildren(
      h(
        'section',
        { class: `panel panel--${name}`, testid: `${name}-panel`, attrs: { 'aria-labelledby': `${name}-title` } },
        h('header', { class: 'panel__header' }, title, ...(panel.tools ?? []), close),
        panel.element,
      ),
    );
    panel.render();
    panel.onOpened?.();
    // On a touch screen the focus in a field would open the keyboard.
    const field = matchMedia('(pointer: coarse)').matches ? null : panel.firstFocus;
    (field ?? title).focus();
  }
}
