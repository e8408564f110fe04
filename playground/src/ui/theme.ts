import { type Theme, writeSettings } from '../logic/settings.ts';

const order: readonly Theme[] = ['system', 'light', 'dark'];

/** Returns the current theme. The page has the theme: public/theme.js sets the remembered theme before the first paint. */
export function currentTheme(): Theme {
  const { theme } = document.documentElement.dataset;
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

/** Sets the theme. Without storage it lasts as long as the page. */
export function setTheme(theme: Theme): void {
  writeSettings({ theme });
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** Returns the next theme in the cycle system, light, dark. */
export function nextTheme(theme: Theme): Theme {
  return order[(order.indexOf(theme) + 1) % order.length] ?? 'system';
}
