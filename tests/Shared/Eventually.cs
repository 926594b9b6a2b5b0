using System.Diagnostics;
using Xunit.Sdk;

namespace TradeFlow.Tests.Shared;

/// <summary>Waits for a condition instead of for time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    public static Task True(Func<Task<bool>> condition, string what) => True(condition, TimeSpan.FromSeconds(10), () => what);

    public static Task True(Func<bool> condition, TimeSpan within, string what) => True(condition, within, () => what);

    public static Task True(Func<bool> condition, TimeSpan within, Func<string> what) =>
        True(() => Task.FromResult(condition()), within, what);

    public static Task True(Func<Task<bool>> condition, TimeSpan within, string what) => True(condition, within, () => what);

    public static async Task True(Func<Task<bool>> condition, TimeSpan within, Func<string> what)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > within) throw new XunitException($"Not within {within.TotalSeconds:0.#} s: {what()}");
            await Task.Delay(BetweenLooks);
        }
    }

    public static async Task<T> Value<T>(Func<Task<T?>> read, TimeSpan within, string what) where T : class
    {
        T? value = null;
        await True(async () => (value = await read()) is not null, within, what);
        return value!; // the condition above holds
    }
}
