using Microsoft.Extensions.Logging;

namespace TradeFlow.SamplePlugins.Saboteur;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "{Text}")]
    public static partial void Noted(ILogger logger, string text);
}
