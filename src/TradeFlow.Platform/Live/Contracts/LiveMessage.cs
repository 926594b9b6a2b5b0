using System.Text;

namespace TradeFlow.Platform.Live.Contracts;

/// <summary>How an event goes to the sockets.</summary>
internal enum LiveKind
{
    /// <summary>At once.</summary>
    Other,

    /// <summary>At once; a snapshot that is read later has it too.</summary>
    Position,

    /// <summary>The newest of its subject, with the next beat.</summary>
    Tick,
}

/// <summary>
/// One event on its way to the sockets of a tenant, encoded once for all of them. Between processes: <c>{account ids, with commas between
/// them, or *} {how}{subject} {event as JSON}</c>.
/// </summary>
/// <param name="About">The accounts that its reader has to see; <c>null</c>: it is about none.</param>
/// <param name="Subject">What it is said of: events of one subject keep their order.</param>
internal sealed record LiveMessage(LiveKind Kind, Guid[]? About, Guid? Subject, byte[] Json)
{
    public const string Everybody = "*";
    private const string Signs = "!+~";

    public static string Write(LiveKind kind, string about, Guid? subject, string eventJson) =>
        $"{about} {Signs[(int)kind]}{subject} {eventJson}";

    /// <returns><c>null</c> where it is not written so.</returns>
    public static LiveMessage? Read(string message)
    {
        var text = message.AsSpan();
        var end = text.IndexOf(' ');
        if (end <= 0 || !TryReadAccounts(text[..end], out var about)) return null;
        text = text[(end + 1)..];
        end = text.IndexOf(' ');
        if (end <= 0 || Signs.IndexOf(text[0]) is var kind && kind < 0) return null;
        Guid? subject = null;
        if (end > 1)
        {
            if (!Guid.TryParse(text[1..end], out var id)) return null;
            subject = id;
        }
        if ((LiveKind)kind == LiveKind.Tick && subject is null) return null;
        text = text[(end + 1)..];
        var json = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, json);
        return new LiveMessage((LiveKind)kind, about, subject, json);
    }

    private static bool TryReadAccounts(ReadOnlySpan<char> text, out Guid[]? accounts)
    {
        accounts = null;
        if (text.SequenceEqual(Everybody)) return true;
        var found = new Guid[text.Count(',') + 1];
        var at = 0;
        foreach (var part in text.Split(','))
            if (!Guid.TryParse(text[part], out found[at++])) return false;
        accounts = found;
        return true;
    }
}
