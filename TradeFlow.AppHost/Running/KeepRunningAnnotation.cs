namespace TradeFlow.AppHost;

/// <summary>It is started again whenever it dies.</summary>
internal sealed record KeepRunningAnnotation : IResourceAnnotation;

/// <summary>A server on which programs stand: it ends after them.</summary>
/// <param name="EndSignal">What asks it to end in order while clients are connected.</param>
/// <param name="Explain">The mend for what it said last, where there is one.</param>
internal sealed record ServerAnnotation(int EndSignal, Func<string, string?> Explain) : IResourceAnnotation;
