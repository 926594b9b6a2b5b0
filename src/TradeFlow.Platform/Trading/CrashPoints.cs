using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace TradeFlow.Platform.Trading;

/// <summary>
/// Places on the money path where the process can be made to die, for the fault campaigns: <c>TRADEFLOW_CRASHPOINT=after_record</c>. In
/// Development only, and once: a marker file keeps the restarted process from dying again.
/// </summary>
internal sealed class CrashPoints
{
    /// <summary>Resolved, nothing claimed or recorded.</summary>
    public const string BeforeClaim = "before_claim";
    /// <summary>The numbers are committed, nothing has left.</summary>
    public const string AfterRecord = "after_record";
    /// <summary>Past the last check of the lease.</summary>
    public const string BeforeSend = "before_send";
    /// <summary>The request has left, the answer is not read.</summary>
    public const string AfterSend = "after_send";
    /// <summary>The answer is known, not committed.</summary>
    public const string AfterAnswer = "after_answer";
    public const string DuringReconcile = "during_reconcile";

    private readonly string? armed;
    private readonly string marker;

    public CrashPoints(IConfiguration configuration, IHostEnvironment environment)
    {
        armed = environment.IsDevelopment() && configuration["TRADEFLOW_CRASHPOINT"] is { Length: > 0 } name ? name : null;
        marker = Path.Combine(configuration["TRADEFLOW_CRASHPOINT_MARKERS"] ?? Path.GetTempPath(), $"tradeflow-crashpoint-{armed}");
        // The marker of an earlier campaign must not disarm this one; a restart within a minute is the same campaign.
        if (armed is not null && File.Exists(marker)
            && TimeProvider.System.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(marker) > TimeSpan.FromMinutes(1))
            File.Delete(marker);
    }

    /// <summary>True when the named point is where this process shall die.</summary>
    public bool IsArmed(string point) => armed == point && !File.Exists(marker);

    public void Reached(string point)
    {
        if (!IsArmed(point)) return;
        File.WriteAllText(marker, point);
        Environment.FailFast($"Crash point {point}");
    }
}
