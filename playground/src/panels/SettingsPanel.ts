import type { Call } from '../call/Call.ts';
import type { Notify } from '../call/Notify.ts';
import { type Theme, writeSettings } from '../logic/settings.ts';
import { h } from '../ui/dom.ts';
import { currentTheme, setTheme } from '../ui/theme.ts';
import { DevicePicker } from './DevicePicker.ts';
import type { Panel } from './Sidebar.ts';

const themes = [
  ['system', 'Same as the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const satisfies [Theme, string][];

const shortcuts = [
  ['m', 'Mute or unmute'],
  ['v', 'Turn the camera on or off'],
  ['s', 'Start or stop sharing your screen'],
  ['Esc', 'Close a panel'],
] as const;

/** Devices, name and theme. */
export class SettingsPanel implements Panel {
  readonly title = 'Settings';
  readonly element: HTMLElement;
  readonly #call: Call;
  readonly #notify: Notify;
  readonly #picker: DevicePicker;
  readonly #name: HTMLInputElement;
  readonly #theme: HTMLSelectElement;

  constructor(call: Call, notify: Notify, { onSpeaker, onTheme }: { onSpeaker: () => void; onTheme: () => void }) {
    this.#call = call;
    this.#notify = notify;
    this.#picker = new DevicePicker(call.room.devices, {
      onCamera: (deviceId) => void call.media.useDevice('camera', deviceId).then(() => this.#picker.refresh()),
      onMicrophone: (deviceId) => void call.media.useDevice('microphone', deviceId).then(() => this.#picker.refresh()),
      onSpeaker,
      trackOf: (kind) => call.media.producerOf(kind)?.track ?? null,
    });
    this.#name = h('input', {
      testid: 'display-name-input',
      attrs: { type: 'text', maxlength: 64, required: true, autocomplete: 'nickname' },
    });
    this.#theme = h(
      'select',
      {
        testid: 'theme-select',
        on: {
          change: () => {
            setTheme(themes.find(([value]) => value === this.#theme.value)?.[0] ?? 'system');
            onTheme();
          },
        },
      },
      ...themes.map(([value, text]) => h('option', { attrs: { value } }, text)),
    );
    this.element = h(
      'div',
      { class: 'settings' },
      this.#picker.element,
      this.#nameForm(),
      h('label', { class: 'field' }, h('span', { class: 'field__label' }, 'Theme'), this.#theme),
      h('h3', {}, 'Keyboard shortcuts'),
      h(
        'dl',
        { class: 'settings__keys' },
        ...shortcuts.flatMap(([key, text]) => [h('dt', {}, h('kbd', {}, key)), h('dd', {}, text)]),
      ),
    );
  }

  get firstFocus(): HTMLElement {
    return this.#picker.firstFocus;
  }

  render(): void {
    this.#theme.value = currentTheme();
  }

  onOpened(): void {
    this.#name.value = this.#call.room.displayName;
    this.#picker.open();
  }

  onClosed(): void {
    this.#picker.close();
  }

  #nameForm(): HTMLElement | null {
    if (!this.#call.room.capabilities.displayName) return null;
    return h(
      'form',
      {
        class: 'settings__name',
        on: {
          submit: (event) => {
            event.preventDefault();
            void this.#rename();
          },
        },
      },
      h('label', { class: 'field' }, h('span', { class: 'field__label' }, 'Name'), this.#name),
      h('button', { class: 'button', testid: 'display-name-save', attrs: { type: 'submit' } }, 'Change'),
    );
  }

  async #rename(): Promise<void> {
    const name = this.#name.value.trim();
    if (name === '') return;
    try {
      await this.#call.room.setDisplayName(name);
      writeSettings({ name });
      this.#notify.info(`Your name is now ${name}`);
    } catch (error) {
      this.#notify.error(error, 'The name was not changed');
    }
    this.#call.changes.notify();
  }
}
