namespace TradeFlow.Platform.Kernel;

/// <summary>One page of a list; <see cref="NextCursor"/> is <c>null</c> on the last.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);
