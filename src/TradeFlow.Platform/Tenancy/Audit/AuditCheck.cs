using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Tenancy.Audit;

/// <summary>An administrator has the chains of the audit log walked now.</summary>
internal sealed class AuditCheck(AuditChain chain) : IDisposable
{
    /// <param name="Holds">Every chain holds.</param>
    /// <param name="Faults">The first broken place of each tenant whose chain does not.</param>
    internal sealed record View(bool Holds, int Tenants, long Rows, IReadOnlyList<Fault> Faults);

    internal sealed record Fault(Guid TenantId, long Seq, Guid? Row, string What);

    // It reads every row: a second one beside it would only make both slower.
    private readonly SemaphoreSlim turn = new(1, 1);

    internal static Task<Results<Ok<View>, ProblemHttpResult>> Handle(AuditCheck check, CancellationToken ct) => check.RunAsync(ct);

    private async Task<Results<Ok<View>, ProblemHttpResult>> RunAsync(CancellationToken ct)
    {
        if (!await turn.WaitAsync(TimeSpan.Zero, ct))
            return Problem.Of(StatusCodes.Status409Conflict, TenancyProblems.AuditChecked,
                "The audit log is being checked already. Try again when that has ended.");
        try
        {
            var verdict = await chain.VerifyAsync(ct);
            return TypedResults.Ok(new View(verdict.Faults.Count == 0, verdict.Tenants, verdict.Rows,
                [.. verdict.Faults.Select(fault => new Fault(fault.Tenant, fault.Seq, fault.Row, fault.What))]));
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();
}
