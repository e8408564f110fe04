import { describe, expect, test } from 'vitest';
import { onPageActive, type PageActiveReason } from './pageActive.ts';

class FakeDocument extends EventTarget {
  visibilityState = 'visible';
}

function page() {
  const window = new EventTarget();
  const document = new FakeDocument();
  const reasons: PageActiveReason[] = [];
  const stop = onPageActive((reason) => reasons.push(reason), { window, document });
  return { window, document, reasons, stop };
}

const shown = (persisted: boolean) => Object.assign(new Event('pageshow'), { persisted });

describe('onPageActive()', () => {
  test('calls the listener for the network, for a page that becomes visible and for a page that resumes, each with its event', () => {
    const { window, document, reasons } = page();
    window.dispatchEvent(new Event('offline'));
    window.dispatchEvent(new Event('online'));
    document.dispatchEvent(new Event('visibilitychange'));
    document.dispatchEvent(new Event('resume'));
    window.dispatchEvent(shown(true));
    expect(reasons).toEqual(['offline', 'online', 'visibilitychange', 'resume', 'pageshow']);
  });

  test('ignores a page that is hidden, and the first `pageshow` of a page', () => {
    const { window, document, reasons } = page();
    document.visibilityState = 'hidden';
    document.dispatchEvent(new Event('visibilitychange'));
    window.dispatchEvent(shown(false));
    expect(reasons).toEqual([]);
  });

  test('stops calling the listener once it is removed', () => {
    const { window, document, reasons, stop } = page();
    stop();
    stop();
    window.dispatchEvent(new Event('online'));
    document.dispatchEvent(new Event('visibilitychange'));
    expect(reasons).toEqual([]);
  });

  test('does nothing without a page', () => {
    const reasons: PageActiveReason[] = [];
    onPageActive((reason) => reasons.push(reason), {})();
    onPageActive((reason) => reasons.push(reason))();
    expect(reasons).toEqual([]);
  });
});
