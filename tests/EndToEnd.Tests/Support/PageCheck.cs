using Microsoft.Playwright;

namespace TradeFlow.EndToEnd.Tests.Support;

/// <summary>What is wrong with a page as it stands: in both themes, on a desk and on a phone.</summary>
internal sealed class PageCheck(IPage page)
{
    private static readonly string Axe = File.ReadAllText(
        Path.Combine(RunningSystem.RepositoryRoot, "src", "TradeFlow.Dashboard", "node_modules", "axe-core", "axe.min.js"));

    // Colours differ by theme, layout and sizes of targets by width: each is judged once where it differs.
    private const string Check = """
        async ([script, what]) => {
          const options = {
            everything: { rules: { 'target-size': { enabled: true } } },
            layout: { rules: { 'target-size': { enabled: true }, 'color-contrast': { enabled: false } } },
            colours: { runOnly: ['color-contrast'] },
          }[what];
          const wider = document.documentElement.scrollWidth - document.documentElement.clientWidth;
          const found = wider > 0 ? [`the page is ${wider} px too wide`] : [];
          if (window.axe === undefined) (0, eval)(script);
          const { violations } = await axe.run(document, { resultTypes: ['violations'], ...options });
          const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
          return [...found, ...grave.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(' | ')}`)];
        }
        """;

    private static readonly (int Width, int Height, ColorScheme Theme, string What)[] Views =
    [
        (1440, 900, ColorScheme.Light, "everything"), (1440, 900, ColorScheme.Dark, "colours"), (390, 844, ColorScheme.Dark, "colours"),
        (390, 844, ColorScheme.Light, "layout"),
    ];

    private const string Settled = """
        () => document.querySelector('h1, [role=dialog], [role=alertdialog]') !== null && document.querySelector('[role=status][aria-label^=Loading]') === null && document.fonts.status === 'loaded'
            && document.getAnimations().every(({ playState, effect }) => playState !== 'running' || effect.getComputedTiming().endTime === Infinity)
        """;

    /// <summary>All that was found wrong, each with where it was.</summary>
    public List<string> Findings { get; } = [];

    public async Task LookAsync(string name)
    {
        foreach (var (width, height, theme, what) in Views)
        {
            await page.SetViewportSizeAsync(width, height);
            // Colours that are on their way from one theme to the other are neither's.
            await page.EmulateMediaAsync(new() { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce });
            // They begin with the next frame.
            await page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
            await page.WaitForFunctionAsync(Settled);
            await Browser.KeepAsync(page, $"{name}-{width}-{theme}".ToLowerInvariant());
            var found = await page.EvaluateAsync<string[]>(Check, new[] { Axe, what });
            Findings.AddRange(found.Select(finding => $"{name}, {width} px, {theme}: {finding}"));
        }
    }
}
