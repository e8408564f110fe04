import type { DeviceCatalog } from '@tureen/client';
import { readSettings, writeSettings } from '../logic/settings.ts';
import { h } from '../ui/dom.ts';
import { canChooseSpeaker } from '../ui/speaker.ts';

export interface DevicePickerOptions {
  /** Called when the user picks a camera. Switches an open camera and remembers the choice. */
  readonly onCamera: (deviceId: string) => void;
  readonly onMicrophone: (deviceId: string) => void;
  /** Called when the user picks a speaker. Without it, the picker offers no speakers. */
  readonly onSpeaker?: () => void;
  /** Current track of a kind. The picker selects its device. */
  readonly trackOf: (kind: 'camera' | 'microphone') => MediaStreamTrack | null;
}

type Kind = 'camera' | 'microphone' | 'speaker';

const labels: Readonly<Record<Kind, string>> = { camera: 'Camera', microphone: 'Microphone', speaker: 'Speaker' };

/** Lists cameras, microphones and, where the browser supports it, speakers. Updates when devices change. */
export class DevicePicker {
  readonly element: HTMLElement;
  readonly #devices: DeviceCatalog;
  readonly #options: DevicePickerOptions;
  readonly #selects: Readonly<Record<Kind, HTMLSelectElement>>;
  #unsubscribe: () => void = () => {};

  constructor(devices: DeviceCatalog, options: DevicePickerOptions) {
    this.#devices = devices;
    this.#options = options;
    this.#selects = {
      camera: this.#select('camera', options.onCamera),
      microphone: this.#select('microphone', options.onMicrophone),
      speaker: this.#select('speaker', (speakerId) => {
        writeSettings({ speakerId });
        options.onSpeaker?.();
      }),
    };
    const hasSpeaker = options.onSpeaker !== undefined && canChooseSpeaker();
    const kinds: Kind[] = hasSpeaker ? ['camera', 'microphone', 'speaker'] : ['camera', 'microphone'];
    this.element = h(
      'div',
      { class: 'devices' },
      ...kinds.map((kind) =>
        h('label', { class: 'field' }, h('span', { class: 'field__label' }, labels[kind]), this.#selects[kind]),
      ),
    );
  }

  get firstFocus(): HTMLSelectElement {
    return this.#selects.camera;
  }

  /** Starts to follow device changes. */
  open(): void {
    this.#unsubscribe = this.#devices.subscribe('devicesChanged', () => void this.refresh());
    void this.refresh();
  }

  close(): void {
    this.#unsubscribe();
  }

  /** Lists the devices again: browsers reveal names only after a capture was allowed. */
  async refresh(): Promise<void> {
    const settings = readSettings();
    const remembered = { camera: settings.cameraId, microphone: settings.microphoneId, speaker: settings.speakerId };
    // A page without TLS has no devices. The pickers stay empty, and the preview shows the reason.
    const devices = await this.#devices.list().catch(() => []);
    for (const kind of ['camera', 'microphone', 'speaker'] as const) {
      const inUse = kind === 'speaker' ? undefined : this.#options.trackOf(kind)?.getSettings().deviceId;
      const found = devices.filter((device) => device.kind === kind && device.deviceId !== '');
      this.#fill(kind, found, inUse ?? remembered[kind]);
    }
  }

  #fill(kind: Kind, found: readonly { deviceId: string; label: string }[], selected: string): void {
    const select = this.#selects[kind];
    const options = found.map(({ deviceId, label }, index) => ({
      value: deviceId,
      text: label === '' ? `${labels[kind]} ${index + 1}` : label,
    }));
    if (kind === 'speaker' && !options.some(({ value }) => value === 'default'))
      options.unshift({ value: '', text: 'System default' });
    if (options.length === 0) options.push({ value: '', text: `No ${kind} listed yet` });
    select.replaceChildren(...options.map(({ value, text }) => h('option', { attrs: { value } }, text)));
    select.disabled = found.length === 0;
    if (options.some(({ value }) => value === selected)) select.value = selected;
  }

  #select(kind: Kind, onPicked: (deviceId: string) => void): HTMLSelectElement {
    const select = h('select', {
      testid: `${kind}-select`,
      on: {
        change: () => {
          onPicked(select.value);
        },
      },
    });
    return select;
  }
}
