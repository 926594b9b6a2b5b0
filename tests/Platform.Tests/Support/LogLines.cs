using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TradeFlow.Platform.Tests.Support;

/// <summary>Everything that a host logs, as text.</summary>
public sealed class LogLines : ILoggerProvider
{
    private readonly ConcurrentQueue<(string Category, LogLevel Level, string Text)> lines = new();

    public IReadOnlyCollection<(string Category, LogLevel Level, string Text)> All => lines;

    public IEnumerable<string> Of(string category) =>
        lines.Where(line => line.Category.EndsWith(category, StringComparison.Ordinal)).Select(line => line.Text);

    public ILogger CreateLogger(string categoryName) => new Ear(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Ear(LogLines all, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            all.lines.Enqueue((category, logLevel, formatter(state, exception)));
    }
}
