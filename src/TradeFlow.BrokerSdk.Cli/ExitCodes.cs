namespace TradeFlow.BrokerSdk.Cli;

internal static class ExitCodes
{
    public const int Good = 0;

    /// <summary>The connector is not as it should be.</summary>
    public const int Failed = 1;

    /// <summary>A file is missing, or the command was given wrongly.</summary>
    public const int CannotRun = 2;
}

/// <summary>The command cannot be run as it was given; the message says why and what to do.</summary>
internal sealed class CannotRunException(string message) : Exception(message);
