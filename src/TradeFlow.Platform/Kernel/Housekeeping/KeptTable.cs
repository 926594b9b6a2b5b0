namespace TradeFlow.Platform.Kernel.Housekeeping;

/// <summary>A table that no job sweeps, and why it need not.</summary>
internal sealed record KeptTable(string Table, string Why);
