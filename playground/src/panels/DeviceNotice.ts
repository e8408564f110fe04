import type { Call } from '../call/Call.ts';
import { deviceTrouble } from '../logic/deviceTexts.ts';
import { h, setText } from '../ui/dom.ts';
import { icon } from '../ui/icons.ts';

/** Banner for a local camera or microphone that is on but sends nothing, with a retry button for a lost device. */
export class DeviceNotice {
  readonly element: HTMLElement;
  readonly #call: Call;
  readonly #source: 'camera' | 'microphone';
  readonly #text = h('span', { testid: 'device-text' });
  readonly #retry: HTMLButtonElement;

  constructor(call: Call, source: 'camera' | 'microphone') {
    this.#call = call;
    this.#source = source;
    this.#retry = h(
      'button',
      {
        class: 'button button--small',
        testid: 'device-retry-button',
        attrs: { type: 'button' },
        on: { click: () => void call.media.set(source, true) },
      },
      'Try again',
    );
    this.element = h(
      'div',
      { class: 'banner', testid: 'device-banner', attrs: { 'data-source': source } },
      icon(source === 'camera' ? 'cameraOff' : 'microphoneOff'),
      this.#text,
      this.#retry,
    );
  }

  render(): void {
    const producer = this.#call.media.producerOf(this.#source);
    const trouble =
      producer === null
        ? null
        : deviceTrouble({
            source: this.#source,
            loss: producer.loss,
            paused: producer.paused,
            muted: producer.track.muted,
          });
    this.element.hidden = trouble === null;
    if (trouble !== null) setText(this.#text, trouble);
    // The page cannot unmute a muted track. Only a lost track can be reopened.
    this.#retry.hidden = producer?.loss == null;
    this.#retry.disabled = this.#call.media.isBusy(this.#source);
  }
}
