using System.ComponentModel.DataAnnotations;

namespace TradeFlow.Platform.Connectors.Opening;

/// <summary>The section <c>Connectors:Deadlines</c>: how long a call into a plugin may take before it is left behind.</summary>
internal sealed class SessionDeadlines
{
    [Range(0.05, 60)]
    public double OrderSeconds { get; set; } = 15;

    [Range(0.05, 120)]
    public double QuerySeconds { get; set; } = 20;

    [Range(0.05, 300)]
    public double ListSeconds { get; set; } = 60;

    [Range(0.05, 120)]
    public double ConnectSeconds { get; set; } = 25;

    [Range(0.05, 60)]
    public double OptionsSeconds { get; set; } = 10;

    public TimeSpan Order => TimeSpan.FromSeconds(OrderSeconds);
    public TimeSpan Query => TimeSpan.FromSeconds(QuerySeconds);

    /// <summary>All instruments of an account may be thousands, in pages.</summary>
    public TimeSpan List => TimeSpan.FromSeconds(ListSeconds);
    public TimeSpan Connect => TimeSpan.FromSeconds(ConnectSeconds);
    public TimeSpan Options => TimeSpan.FromSeconds(OptionsSeconds);
}
