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

    /// <summary>The messages of other tools that are read, by the name of their dialect.</summary>
    public IReadOnlyList<(string Dialect, ToolMessage Message)> ToolMessages =>
        [.. from dialect in dialects let message = dialect.Paste where message is not null orderby message.Tool
            select (dialect.Name, message)];

    public AlertReading Read(ReadOnlySpan<byte> raw)
    {
        var body = Content(raw);
        var dialect = Of(new AlertShape(body));
        var alert = dialect.Read(body);
        alert.Dialect = dialect.Name;
        return alert;
    }

    /// <summary>All dialects that know a body: more than one is a fault of theirs.</summary>
    internal IReadOnlyList<string> KnownBy(ReadOnlySpan<byte> raw)
    {
        List<string> names = [];
        foreach (var dialect in dialects)
            if (dialect.Recognises(new AlertShape(Content(raw)))) names.Add(dialect.Name);
        return names;
    }

    private IAlertDialect Of(AlertShape shape)
    {
        if (fallback.Recognises(shape)) return fallback;
        foreach (var dialect in dialects)
            if (dialect.Recognises(shape)) return dialect;
        return fallback;
    }

    /// <summary>
    /// The body without a byte order mark, outer white space and closing NULs, which editors and senders add without meaning it.
    /// </summary>
    public static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> raw)
    {
        if (raw.StartsWith("\uFEFF"u8)) raw = raw[3..];
        return raw.TrimStart(" \t\r\n"u8).TrimEnd(" \t\r\n\0"u8);
    }
}
