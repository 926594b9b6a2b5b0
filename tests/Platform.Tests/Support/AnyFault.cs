using System.Text.Json;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Tests.Support;

/// <summary>Exceptions of every kind that foreign code throws, by name, so that a theory shows which one it was.</summary>
internal static class AnyFault
{
    private static readonly Dictionary<string, Func<Exception>> Makers = new Func<Exception>[]
    {
        () => Caught(() => ((object)null!).ToString()),
        () => Caught(() => 1m / new decimal(0)),
        () => Caught(() => Array.Empty<int>()[1]),
        () => new ArgumentException("a wrong argument"),
        () => new JsonException("no JSON"),
        () => new InvalidOperationException("Connection is not open"),
        () => new OperationCanceledException("nobody of ours cancelled"),
        () => new TaskCanceledException("nobody of ours cancelled"),
        () => new TimeoutException("too slow"),
        () => new AggregateException(new IOException("one"), new InvalidOperationException("two")),
        () => new ConnectorException(ConnectorErrorKind.Protocol, "The broker's answer could not be read."),
        () => new PluginsOwnException(),
    }.ToDictionary(make => make().GetType().Name, StringComparer.Ordinal);

    public static string[] Names => [.. Makers.Keys];

    public static Exception Of(string name) => Makers[name]();

    private static Exception Caught(Func<object?> act) => Assert.ThrowsAny<Exception>(() => act());

    private sealed class PluginsOwnException : Exception
    {
        public override string Message => "a type that only the plugin knows";
    }
}
