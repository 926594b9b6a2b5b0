namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>What the <c>conformance.json</c> in a plugin's folder says.</summary>
public sealed record PluginConformance
{
    /// <summary>Every case of L0 to L2 passed, or was skipped for what the plugin declares.</summary>
    public required bool Passed { get; init; }

    /// <summary>False when the report is about another build than the one in the folder: then it proves nothing.</summary>
    public required bool IsOfThisBuild { get; init; }

    /// <summary>Version of the kit that ran the cases.</summary>
    public required string KitVersion { get; init; }
    public required int CasesPassed { get; init; }
    public required int CasesFailed { get; init; }
    public required int CasesSkipped { get; init; }
}
