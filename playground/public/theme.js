/* global document, localStorage */
// Before the first paint, so that a chosen theme does not flash in late. Not inline: the page's policy forbids that.
try {
  const { theme } = JSON.parse(localStorage.getItem('tureen.playground') ?? '{}');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be blocked: then the system decides.
}
