using System.Diagnostics;
using Xunit.Sdk;

namespace TradeFlow.EndToEnd.Tests.Support;

internal static class Eventually
{
    public static Task True(Func<Task<bool>> condition, TimeSpan within, string what) => True(condition, within, () => what);

    public static async Task True(Func<Task<bool>> condition, TimeSpan within, Func<string> what)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > within) throw new XunitException($"Not within {within.TotalSeconds:0} s: {what()}");
            await Task.Delay(50);
        }
    }

    public static async Task<T> Value<T>(Func<Task<T?>> read, TimeSpan within, string what) where T : class
    {
        T? value = null;
        await True(async () => (value = await read()) is not null, within, what);
        return value!; // the condition above holds
    }
}
