using System.Diagnostics;
using Xunit.Sdk;

namespace TradeFlow.Simulators.Tests;

internal static class Eventually
{
    public static async Task True(Func<Task<bool>> condition, string what, int withinSeconds = 10)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed.TotalSeconds > withinSeconds) throw new XunitException($"Not within {withinSeconds} s: {what}");
            await Task.Delay(20);
        }
    }
}
