import type { Call } from '../call/Call.ts';
import { h, setAttribute, setText } from '../ui/dom.ts';
import { icon } from '../ui/icons.ts';
import { DeviceNotice } from './DeviceNotice.ts';

/**
 * Across the top of the stage while something is in the way of the call: the connection, one's own devices, or the browser's
 * autoplay rule.
 */
export class Banner {
  readonly element = h('div', { class: 'banners' });
  readonly #call: Call;
  readonly #text = h('span', {});
  readonly #reconnecting = h('div', { class: 'banner banner--warning', testid: 'banner' }, icon('offline'), this.#text);
  readonly #sound: HTMLElement;
  readonly #devices: readonly DeviceNotice[];

  constructor(call: Call) {
    this.#call = call;
    this.#sound = h(
      'div',
      { class: 'banner', testid: 'playback-banner' },
      icon('sound'),
      h('span', {}, 'Your browser waits for a click before it plays everything.'),
      h(
        'button',
        {
          class: 'button button--small',
          testid: 'enable-sound-button',
          attrs: { type: 'button' },
          on: { click: () => void call.startPlayback() },
        },
        'Enable sound',
      ),
    );
    this.#devices = (['camera', 'microphone'] as const).map((source) => new DeviceNotice(call, source));
    const devices = this.#devices.map(({ element }) => element);
    const status = h('div', { class: 'banners__status', attrs: { role: 'status' } }, this.#reconnecting, ...devices);
    this.element.append(status, this.#sound);
    this.render();
  }

  render(): void {
    const { room, reconnecting, repairing, isPlaybackBlocked } = this.#call;
    this.#reconnecting.hidden = room.state !== 'reconnecting' && (room.state !== 'joined' || repairing.size === 0);
    if (room.state === 'joined') {
      const ways = [...repairing].map((direction) => (direction === 'send' ? 'out' : 'in')).join(' or ');
      setText(this.#text, `Sound and picture do not get ${ways}. Looking for another way…`);
      setAttribute(this.#reconnecting, 'title', 'The connection for media is being repaired');
    } else if (reconnecting !== null) {
      const { attempt, reason, waitingForNetwork } = reconnecting;
      const lost = `Connection lost. Reconnecting…${attempt > 1 ? ` (attempt ${attempt})` : ''}`;
      setText(this.#text, waitingForNetwork ? 'You are offline. The call continues when the network is back.' : lost);
      setAttribute(this.#reconnecting, 'title', reason);
    }
    this.#sound.hidden = !isPlaybackBlocked;
    for (const device of this.#devices) device.render();
  }
}
