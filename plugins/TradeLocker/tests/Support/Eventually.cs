using System.Diagnostics;
using Xunit.Sdk;

namespace TradeFlow.Plugins.TradeLocker.Tests.Support;

/// <summary>Waits for a condition instead of for time.</summary>
internal static class Eventually
{
    public static Task True(Func<bool> condition, TimeSpan within, string what) => True(() => Task.FromResult(condition()), within, what);

    public static async Task True(Func<Task<bool>> condition, TimeSpan within, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > within) throw new XunitException($"Not within {within.TotalSeconds:0.#} s: {what}");
            await Task.Delay(10);
        }
    }
}
