import type { Call } from '../call/Call.ts';
import { type TileModel, tilesOf } from '../call/tiles.ts';
import { Avatar } from '../ui/Avatar.ts';
import { h } from '../ui/dom.ts';
import { icon } from '../ui/icons.ts';
import type { Panel } from './Sidebar.ts';

/** People in the room with their microphone, camera and browser. */
export class PeoplePanel implements Panel {
  readonly title = 'People';
  readonly element = h('ul', { class: 'people', testid: 'people-list' });
  readonly firstFocus = null;
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  render(): void {
    const people = tilesOf(this.#call).filter((tile) => tile.kind === 'camera');
    this.element.replaceChildren(...people.map((person) => this.#row(person)));
  }

  #row(person: TileModel): HTMLElement {
    const avatar = new Avatar();
    avatar.render(person.peerId, person.name);
    const device = this.#call.room.peers.get(person.peerId)?.device;
    const program = device === undefined || device.name === 'unknown' ? '' : `${device.name} ${major(device.version)}`;
    const detail = person.isLocal ? 'You' : person.isReconnecting ? 'Reconnecting…' : program;
    const isMuted = person.microphone !== 'on';
    return h(
      'li',
      { class: 'people__row', testid: 'person', attrs: { 'data-peer-id': person.peerId } },
      avatar.element,
      h(
        'span',
        { class: 'people__who' },
        h('span', { class: 'people__name' }, person.name),
        detail === '' ? null : h('span', { class: 'people__detail' }, detail),
      ),
      state(isMuted ? 'microphoneOff' : 'microphone', isMuted ? 'Muted' : 'Microphone on', isMuted),
      state(
        person.camera === 'on' ? 'camera' : 'cameraOff',
        person.camera === 'on' ? 'Camera on' : 'Camera off',
        person.camera === 'off',
      ),
    );
  }
}

function state(name: Parameters<typeof icon>[0], label: string, isOff: boolean): HTMLElement {
  return h(
    'span',
    { class: `people__state${isOff ? ' people__state--off' : ''}`, attrs: { title: label } },
    icon(name),
    h('span', { class: 'visually-hidden' }, label),
  );
}

const major = (version: string) => version.split('.', 1)[0] ?? '';
