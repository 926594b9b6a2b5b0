namespace TradeFlow.Platform.Connectors.Opening;

/// <summary>A plugin answered what cannot be. Never leaves the guard.</summary>
/// <param name="what">Names the value, in words for people.</param>
internal sealed class NonsenseException(string what) : Exception(what);
