import { type TraceRecord, payloadText } from '../logic/TraceLog.ts';
import { duration, wireTime } from '../logic/texts.ts';
import { h } from '../ui/dom.ts';
import { icon } from '../ui/icons.ts';

const kindTexts = { request: 'req', response: 'res', notification: 'ntf' } as const;

/** Creates the row of one message. A click opens its payload, which is rendered only then. */
export function traceRow(record: TraceRecord): HTMLElement {
  const { direction, kind, method, ok, ms, at } = record;
  const isFailed = ok === false;
  const payload = h('pre', { class: 'trace__payload', testid: 'trace-payload', attrs: { tabindex: 0, hidden: true } });
  const button = h(
    'button',
    {
      class: 'trace__line',
      testid: 'trace-line',
      attrs: { type: 'button', 'aria-expanded': 'false' },
      on: {
        click: () => {
          const isOpen = payload.hidden;
          if (isOpen && payload.textContent === '') payload.textContent = payloadText(record.payload, 2) || '(empty)';
          payload.hidden = !isOpen;
          button.setAttribute('aria-expanded', String(isOpen));
          if (isOpen) payload.scrollIntoView({ block: 'nearest' });
        },
      },
    },
    h('span', { class: `trace__direction trace__direction--${direction}` }, icon(direction)),
    h('span', { class: 'visually-hidden' }, direction === 'out' ? 'sent' : 'received'),
    h('span', { class: `trace__kind trace__kind--${kind}` }, kindTexts[kind]),
    h('span', { class: 'trace__method' }, method),
    isFailed ? h('span', { class: 'trace__failed' }, 'failed') : null,
    ms === undefined ? null : h('span', { class: 'trace__ms' }, duration(ms)),
    h('time', { class: 'trace__time', attrs: { datetime: new Date(at).toISOString() } }, wireTime(at)),
  );
  return h(
    'li',
    {
      class: 'trace__row',
      testid: 'trace-row',
      attrs: {
        'data-id': record.id,
        'data-direction': direction,
        'data-kind': kind,
        'data-method': method,
        'data-ok': ok === undefined ? null : String(ok),
      },
    },
    button,
    payload,
  );
}
