// Runs before the first paint, so that a dark page never flashes white. A file and not an inline script: the CSP allows none.
(function () {
  var theme = 'system';
  try {
    theme = JSON.parse(localStorage.getItem('tradeflow.display') || '{}').theme || 'system';
  } catch {
    // Storage can be closed to us; the system's theme is a fine answer.
  }
  var dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
