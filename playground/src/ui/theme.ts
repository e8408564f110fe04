import { type Theme, writeSettings } from '../logic/settings.ts';

const order: readonly Theme[] = ['system', 'light', 'dark'];

/** The one truth is on the page: index.html puts the remembered theme there before the first paint. */
export function currentTheme(): Theme {
  const { theme } = document.documentElement.dataset;
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

/** Without storage it lasts as long as the page. */
export function setTheme(theme: Theme): void {
  writeSettings({ theme });
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** System, light, dark, and round again. */
export function nextTheme(theme: Theme): Theme {
  return order[(order.indexOf(theme) + 1) % order.length] ?? 'system';
}
