import type { Notify } from '../call/Notify.ts';
import { type TraceFilter, type TraceLog, type TraceRecord, traceText } from '../logic/TraceLog.ts';
import { plural } from '../logic/texts.ts';
import { IconButton } from '../ui/IconButton.ts';
import { copyText } from '../ui/clipboard.ts';
import { h, setText } from '../ui/dom.ts';
import type { Panel } from './Sidebar.ts';
import { traceRow } from './traceRow.ts';

const directions = [
  ['all', 'All'],
  ['out', 'Sent'],
  ['in', 'Received'],
] as const satisfies [TraceFilter['direction'], string][];

/** List of all signaling messages, for debugging. */
export class TracePanel implements Panel {
  readonly title = 'Signaling messages';
  readonly element: HTMLElement;
  readonly firstFocus: HTMLInputElement;
  readonly #log: TraceLog;
  readonly #notify: Notify;
  readonly #list = h('ol', { class: 'trace__rows', testid: 'trace-rows', attrs: { 'aria-label': 'Messages' } });
  readonly #count = h('span', { class: 'trace__count', testid: 'trace-count', attrs: { role: 'status' } });
  readonly #direction: HTMLSelectElement;
  readonly #pause: IconButton;
  readonly #rows = new Map<number, HTMLElement>();

  constructor(log: TraceLog, notify: Notify) {
    this.#log = log;
    this.#notify = notify;
    const filter = () => {
      this.render();
    };
    this.firstFocus = h('input', {
      testid: 'trace-filter',
      attrs: {
        type: 'search',
        placeholder: 'Filter by method or payload',
        'aria-label': 'Filter',
        autocomplete: 'off',
      },
      on: { input: filter },
    });
    this.#direction = h(
      'select',
      { testid: 'trace-direction', attrs: { 'aria-label': 'Direction' }, on: { change: filter } },
      ...directions.map(([value, text]) => h('option', { attrs: { value } }, text)),
    );
    this.#pause = new IconButton({
      icon: 'pause',
      label: 'Pause',
      testid: 'trace-pause',
      class: 'icon-button--small',
      onClick: () => {
        log.setPaused(!log.isPaused);
      },
    });
    const clear = new IconButton({
      icon: 'clear',
      label: 'Clear',
      testid: 'trace-clear',
      class: 'icon-button--small',
      onClick: () => {
        log.clear();
      },
    });
    const copy = new IconButton({
      icon: 'copy',
      label: 'Copy',
      testid: 'trace-copy',
      class: 'icon-button--small',
      onClick: () => void this.#copy(),
    });
    copy.setTooltip('Copy the listed messages as JSON, one per line');
    this.element = h(
      'div',
      { class: 'trace' },
      h('div', { class: 'trace__filters' }, this.firstFocus, this.#direction),
      h('div', { class: 'trace__tools' }, this.#count, this.#pause.element, clear.element, copy.element),
      this.#list,
    );
  }

  render(): void {
    const records = this.#view();
    const isAtEnd = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < 40;
    const isNew = this.#sync(records);
    if (isNew && isAtEnd) this.#list.scrollTop = this.#list.scrollHeight;
    const { isPaused, heldBack } = this.#log;
    setText(this.#count, `${plural(records.length, 'message')}${isPaused ? `, ${heldBack} hidden` : ''}`);
    this.#pause.setPressed(isPaused);
    this.#pause.setIcon(isPaused ? 'play' : 'pause');
    this.#pause.setTooltip(isPaused ? 'Resume' : 'Pause');
  }

  onOpened(): void {
    this.#list.scrollTop = this.#list.scrollHeight;
  }

  #view(): TraceRecord[] {
    const direction = directions.find(([value]) => value === this.#direction.value)?.[0] ?? 'all';
    return this.#log.view({ text: this.firstFocus.value, direction });
  }

  /** Adds and removes only rows that differ, so that open rows stay open. Returns true if a row was added. */
  #sync(records: readonly TraceRecord[]): boolean {
    const wanted = new Set(records.map((record) => record.id));
    for (const [id, row] of this.#rows) {
      if (wanted.has(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    let isNew = false;
    let next = this.#list.firstElementChild;
    for (const record of records) {
      const known = this.#rows.get(record.id);
      if (known !== undefined) {
        next = known.nextElementSibling;
        continue;
      }
      const row = traceRow(record);
      this.#rows.set(record.id, row);
      this.#list.insertBefore(row, next);
      isNew = true;
    }
    return isNew;
  }

  async #copy(): Promise<void> {
    const records = this.#view();
    const isCopied = await copyText(traceText(records));
    this.#notify.info(isCopied ? `Copied ${plural(records.length, 'message')}` : 'The browser blocked copying');
  }
}
