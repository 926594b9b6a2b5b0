using System.Diagnostics;
using Xunit.Sdk;

namespace TradeFlow.AppHost.Tests;

internal static class Eventually
{
    internal static Task True(Func<bool> condition, Func<string> otherwise, TimeSpan? within = null) => True(() => Task.FromResult(condition()), otherwise, within);

    internal static async Task True(Func<Task<bool>> condition, Func<string> otherwise, TimeSpan? within = null)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > (within ?? TimeSpan.FromSeconds(60))) throw new XunitException(otherwise());
            await Task.Delay(25);
        }
    }
}
