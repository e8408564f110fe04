import { h } from './dom.ts';

/** Creates the logo: the bowl and the name. */
export function logo(): HTMLElement {
  return h(
    'span',
    { class: 'logo' },
    h('img', { attrs: { src: './favicon.svg', alt: '', width: 32, height: 32 } }),
    h('span', { class: 'logo__word' }, 'Tureen'),
  );
}
