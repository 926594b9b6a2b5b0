namespace TradeFlow.Platform.Insights.Figures;

/// <summary>What people write beside a trade. What is left out stays; <c>null</c> takes it away.</summary>
internal sealed record TradeChange(string? Note, IReadOnlyList<string>? Tags);
