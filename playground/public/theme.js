/* global document, localStorage */
// Runs before the first paint, so that a chosen theme does not appear late. A file, because the page's policy forbids inline scripts.
try {
  const { theme } = JSON.parse(localStorage.getItem('tureen.playground') ?? '{}');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be blocked. The system theme applies then.
}
