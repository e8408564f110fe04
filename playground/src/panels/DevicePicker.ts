import type { DeviceCatalog } from '@tureen/client';
import { readSettings, writeSettings } from '../logic/settings.ts';
import { h } from '../ui/dom.ts';
import { canChooseSpeaker } from '../ui/speaker.ts';

export interface DevicePickerOptions {
  /** Gone over to, where it is in use. What is picked is remembered by then or after that. */
  readonly onCamera: (deviceId: string) => void;
  readonly onMicrophone: (deviceId: string) => void;
  /** Without it there is no choice of speaker. */
  readonly onSpeaker?: () => void;
  /** What is captured at the moment, by kind: its device is the one that is selected. */
  readonly trackOf: (kind: 'camera' | 'microphone') => MediaStreamTrack | null;
}

type Kind = 'camera' | 'microphone' | 'speaker';

const labels: Readonly<Record<Kind, string>> = { camera: 'Camera', microphone: 'Microphone', speaker: 'Speaker' };

/** Lists the cameras, microphones and, where the browser lets a page choose, speakers; follows what is plugged in. */
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

  /** From now on devices that come and go are shown. */
  open(): void {
    this.#unsubscribe = this.#devices.subscribe('devicesChanged', () => void this.refresh());
    void this.refresh();
  }

  close(): void {
    this.#unsubscribe();
  }

  /** Again: names are there only once a capture was allowed. */
  async refresh(): Promise<void> {
    const settings = readSettings();
    const remembered = { camera: settings.cameraId, microphone: settings.microphoneId, speaker: settings.speakerId };
    // A page without TLS has no devices: the pickers stay empty, and the capture says why.
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
    if (options.length === 0) options.push({ value: '', text: `No ${kind} named yet` });
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
