using System.ComponentModel.DataAnnotations;

namespace TradeFlow.Platform.Kernel.Housekeeping;

/// <summary>
/// How long what grows is kept, in days (<c>Retention</c>). Orders, fills and positions are the books and are kept for ever.
/// </summary>
internal sealed class RetentionOptions : IValidatableObject
{
    private const string Days = "Retention:{0} is a number of days, from 1 to 36500.";

    /// <summary>The message of a signal and our answer; its row in the log stays.</summary>
    [Range(1, 36_500, ErrorMessage = Days)]
    public int PayloadDays { get; set; } = 30;

    /// <summary>The log of signals.</summary>
    [Range(1, 36_500, ErrorMessage = Days)]
    public int LogDays { get; set; } = 180;

    /// <summary>What happened to each order.</summary>
    [Range(1, 36_500, ErrorMessage = Days)]
    public int EventDays { get; set; } = 180;

    [Range(1, 36_500, ErrorMessage = Days)]
    public int NotificationDays { get; set; } = 90;

    /// <summary>The audit log; missing, it is kept for ever.</summary>
    [Range(365, 36_500, ErrorMessage = "Retention:{0} is a number of days, from 365; leave it out to keep the audit log for ever.")]
    public int? AuditDays { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PayloadDays > LogDays)
            yield return new ValidationResult(
                "Retention:PayloadDays is longer than Retention:LogDays: a message goes with its row.", [nameof(PayloadDays)]);
    }
}
