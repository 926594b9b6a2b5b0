namespace TradeFlow.EmbeddedServers;

/// <summary>Something that the person at the keyboard can mend: the message says what and how, so no stack trace is shown.</summary>
public sealed class StartException : Exception
{
    public StartException() { }

    public StartException(string message) : base(message) { }

    public StartException(string message, Exception innerException) : base(message, innerException) { }
}
