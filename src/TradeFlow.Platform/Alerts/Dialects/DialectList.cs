namespace TradeFlow.Platform.Alerts.Dialects;

/// <summary>The dialects that this assembly brings, found once at the start.</summary>
internal sealed class DialectList
{
    private readonly IAlertDialect[] dialects;
    private readonly IAlertDialect fallback;

    public DialectList() : this(typeof(DialectList).Assembly.GetTypes())
    {
    }

    internal DialectList(IEnumerable<Type> types)
    {
        dialects = [.. types
            .Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IAlertDialect).IsAssignableFrom(type))
            .Select(type => (IAlertDialect)Activator.CreateInstance(type)!) // a class with a constructor never comes back as null
            .OrderBy(dialect => dialect.Name, StringComparer.Ordinal)];
        fallback = dialects.Single(dialect => dialect.IsFallback);
    }

    public IReadOnlyList<string> Names => [.. dialects.Select(dialect => dialect.Name)];

    public AlertReading Read(ReadOnlySpan<byte> raw)
    {
        var body = Content(raw);
        foreach (var dialect in dialects)
            if (!dialect.IsFallback && dialect.Recognises(body)) return dialect.Read(body);
        return fallback.Read(body);
    }

    /// <summary>The body without a byte order mark, outer white space and closing NULs, which editors and senders add without meaning it.</summary>
    public static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> raw)
    {
        if (raw.StartsWith("\uFEFF"u8)) raw = raw[3..];
        return raw.TrimStart(" \t\r\n"u8).TrimEnd(" \t\r\n\0"u8);
    }
}
