import { expect, test } from 'vitest';
import { onPageActive, type PageActiveReason } from './pageActive.ts';

class FakeDocument extends EventTarget {
  visibilityState = 'visible';
}

function page() {
  const window = new EventTarget();
  const document = new FakeDocument();
  const told: PageActiveReason[] = [];
  const stop = onPageActive((reason) => told.push(reason), { window, document });
  return { window, document, told, stop };
}

const shown = (persisted: boolean) => Object.assign(new Event('pageshow'), { persisted });

test('the network, a page that is looked at again and one that runs again are told, each as what it is', () => {
  const { window, document, told } = page();
  window.dispatchEvent(new Event('offline'));
  window.dispatchEvent(new Event('online'));
  document.dispatchEvent(new Event('visibilitychange'));
  document.dispatchEvent(new Event('resume'));
  window.dispatchEvent(shown(true));
  expect(told).toEqual(['offline', 'online', 'visibilitychange', 'resume', 'pageshow']);
});

test('a page that is hidden, and the first showing of one, are no reason', () => {
  const { window, document, told } = page();
  document.visibilityState = 'hidden';
  document.dispatchEvent(new Event('visibilitychange'));
  window.dispatchEvent(shown(false));
  expect(told).toEqual([]);
});

test('nothing is told once it was ended', () => {
  const { window, document, told, stop } = page();
  stop();
  stop();
  window.dispatchEvent(new Event('online'));
  document.dispatchEvent(new Event('visibilitychange'));
  expect(told).toEqual([]);
});

test('where there is no page there is nothing to hear', () => {
  const told: PageActiveReason[] = [];
  onPageActive((reason) => told.push(reason), {})();
  onPageActive((reason) => told.push(reason))();
  expect(told).toEqual([]);
});
