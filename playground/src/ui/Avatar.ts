import { hueOf, initials } from '../logic/names.ts';
import { h, setText } from './dom.ts';

/** The initials of someone, on a colour of their own. */
export class Avatar {
  readonly element = h('span', { class: 'avatar', attrs: { 'aria-hidden': 'true' } });

  render(peerId: string, name: string): void {
    setText(this.element, initials(name));
    this.element.style.setProperty('--hue', String(hueOf(peerId)));
  }
}
