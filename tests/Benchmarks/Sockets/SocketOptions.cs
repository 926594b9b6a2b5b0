using System.Globalization;

namespace TradeFlow.Benchmarks.Sockets;

/// <summary>How many sockets are told how much.</summary>
internal sealed record SocketOptions
{
    public const string Usage =
        "[--sockets 2000] [--tenants 100] [--positions 200] [--rate 1] [--seconds 20] [--warm-up 5] [--out artifacts/sockets]";

    public int Sockets { get; init; } = 2000;

    /// <summary>Each with its share of the sockets: what a tenant is told goes to all of them.</summary>
    public int Tenants { get; init; } = 100;

    /// <summary>Open positions of each tenant, which are told to each of its sockets.</summary>
    public int Positions { get; init; } = 200;

    /// <summary>How often a second each position moves.</summary>
    public double Rate { get; init; } = 1;
    public int Seconds { get; init; } = 20;
    public int WarmUp { get; init; } = 5;
    public string Out { get; init; } = Path.Combine("artifacts", "sockets");

    public static SocketOptions Read(string[] words)
    {
        var plain = new SocketOptions();
        return plain with
        {
            Sockets = (int)Number("--sockets", plain.Sockets),
            Tenants = (int)Number("--tenants", plain.Tenants),
            Positions = (int)Number("--positions", plain.Positions),
            Rate = Number("--rate", plain.Rate),
            Seconds = (int)Number("--seconds", plain.Seconds),
            WarmUp = (int)Number("--warm-up", plain.WarmUp),
            Out = Text("--out") ?? plain.Out,
        };

        string? Text(string name) => Array.IndexOf(words, name) is var at and >= 0 && at + 1 < words.Length ? words[at + 1] : null;
        double Number(string name, double otherwise) =>
            Text(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;
    }
}
