namespace TradeFlow.Platform.Kernel.Housekeeping;

/// <summary>Work that comes again. One Worker of all does it at a time, one job after the other.</summary>
internal interface IRecurringJob
{
    /// <summary>Under this name the log, <c>/health</c> and <c>kernel.recurring_jobs</c> speak of it.</summary>
    string Name { get; }

    TimeSpan Every { get; }

    /// <summary>The tables that it keeps from growing.</summary>
    IReadOnlyList<string> Tables { get; }

    /// <returns>How much was done, in rows or parts, for whoever looks at <c>kernel.recurring_jobs</c>.</returns>
    Task<long> RunAsync(CancellationToken ct);
}
