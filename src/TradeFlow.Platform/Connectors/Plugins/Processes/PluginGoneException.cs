namespace TradeFlow.Platform.Connectors.Plugins.Processes;

/// <summary>The process of a plugin has ended, or is not to be had now.</summary>
/// <param name="reason">A sentence.</param>
/// <param name="wasHandedOver">False is a proof: not a byte of the question has left the Worker.</param>
internal sealed class PluginGoneException(string reason, bool wasHandedOver) : Exception(reason)
{
    public bool WasHandedOver { get; } = wasHandedOver;

    /// <summary>When another process is started, where that is known.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>What the code of a plugin has thrown in another process.</summary>
/// <param name="type">The name of its type, as the plugin says it.</param>
/// <param name="message">Its words.</param>
internal sealed class ForeignException(string type, string message) : Exception(message)
{
    public string Type { get; } = type;

    public override string ToString() => $"{Type}: {Message}";
}
