import { h } from './dom.ts';

/** Copies text. Resolves with false where the browser blocks it. Pages without TLS have only the selection method. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const area = h('textarea', { class: 'visually-hidden', attrs: { 'aria-hidden': 'true', tabindex: -1 } });
  const focused = document.activeElement;
  area.value = text;
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isCopied;
}
