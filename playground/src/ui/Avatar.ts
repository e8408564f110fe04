import { hueOf, initials } from '../logic/names.ts';
import { h, setText } from './dom.ts';

/** Initials on a color derived from the ID. */
export class Avatar {
  readonly element = h('span', { class: 'avatar', attrs: { 'aria-hidden': 'true' } });

  render(peerId: string, name: string): void {
    setText(this.element, initials(name));
    this.element.style.setProperty('--hue', String(hueOf(peerId)));
  }
}
