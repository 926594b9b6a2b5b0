namespace TradeFlow.Platform.Alerts.Dialects;

/// <summary>
/// A way to write a signal. One folder <c>Dialects/&lt;Name&gt;/</c> with one implementation is all that a new one takes:
/// <see cref="DialectList"/> finds it. It needs a parameterless constructor, keeps no state, and never throws, whatever the bytes are.
/// </summary>
internal interface IAlertDialect
{
    string Name { get; }

    /// <summary>
    /// A quick look. At most one dialect knows a body, and what none knows is read by <see cref="IsFallback"/>, whose faults the sender
    /// sees. The fallback is asked first: what names itself its own is its own.
    /// </summary>
    bool Recognises(AlertShape shape);

    bool IsFallback => false;

    /// <summary>For people who come from the tool; <c>null</c> when nobody does.</summary>
    ToolMessage? Paste => null;

    /// <param name="body">Without a byte order mark and outer white space.</param>
    AlertReading Read(ReadOnlySpan<byte> body);
}
