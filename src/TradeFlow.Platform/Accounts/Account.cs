using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts;

/// <summary>One account at a broker, as the screens read and change it.</summary>
internal sealed class Account : ITenantOwned
{
    public AccountId Id { get; init; }
    public TenantId TenantId { get; init; }
    public UserId UserId { get; init; }
    public required string Broker { get; init; }
    public required string Name { get; init; }
    public string? Login { get; init; }
    public string? Server { get; init; }
    public required string Mode { get; init; }
    public required string BrokerAccountId { get; init; }
    public required string Currency { get; init; }
    public required string Status { get; init; }
    public string? StatusReason { get; init; }
    public bool Enabled { get; init; } = true;
    public string? DisabledReason { get; init; }

    /// <summary>Beyond the plan: entries are refused. Set by the plan alone.</summary>
    public bool ExitOnly { get; init; }
    public decimal Multiplier { get; init; } = 1;
    public int DedupeSeconds { get; init; } = 20;
    public int? MaxAgeSeconds { get; init; }
    public string? DefaultSizeMode { get; init; }
    public decimal? DefaultSizeValue { get; init; }
    public string? StopUnit { get; init; }
    public string OnGap { get; init; } = Contracts.OnGap.Sync;
    public bool TradingViewOnly { get; init; }
    public decimal? Balance { get; init; }
    public decimal? Equity { get; init; }
    public DateTimeOffset? LastSync { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? DeletedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<Account>
    {
        public void Configure(EntityTypeBuilder<Account> builder)
        {
            builder.ToTable("accounts", "accounts").HasKey(row => row.Id);
            builder.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
            builder.Property(row => row.TenantId).HasColumnName("tenant_id");
            builder.Property(row => row.UserId).HasColumnName("user_id");
            builder.Property(row => row.Broker).HasColumnName("broker");
            builder.Property(row => row.Name).HasColumnName("name");
            builder.Property(row => row.Login).HasColumnName("login");
            builder.Property(row => row.Server).HasColumnName("server");
            builder.Property(row => row.Mode).HasColumnName("mode");
            builder.Property(row => row.BrokerAccountId).HasColumnName("broker_account_id");
            builder.Property(row => row.Currency).HasColumnName("currency");
            builder.Property(row => row.Status).HasColumnName("status");
            builder.Property(row => row.StatusReason).HasColumnName("status_reason");
            builder.Property(row => row.Enabled).HasColumnName("enabled");
            builder.Property(row => row.DisabledReason).HasColumnName("disabled_reason");
            builder.Property(row => row.ExitOnly).HasColumnName("exit_only");
            builder.Property(row => row.Multiplier).HasColumnName("multiplier").HasPrecision(12, 4);
            builder.Property(row => row.DedupeSeconds).HasColumnName("dedupe_seconds");
            builder.Property(row => row.MaxAgeSeconds).HasColumnName("max_age_seconds");
            builder.Property(row => row.DefaultSizeMode).HasColumnName("default_size_mode");
            builder.Property(row => row.DefaultSizeValue).HasColumnName("default_size_value").HasPrecision(20, 8);
            builder.Property(row => row.StopUnit).HasColumnName("stop_unit");
            builder.Property(row => row.OnGap).HasColumnName("on_gap");
            builder.Property(row => row.TradingViewOnly).HasColumnName("tradingview_only");
            builder.Property(row => row.Balance).HasColumnName("balance").HasPrecision(20, 8);
            builder.Property(row => row.Equity).HasColumnName("equity").HasPrecision(20, 8);
            builder.Property(row => row.LastSync).HasColumnName("last_sync");
            builder.Property(row => row.CreatedAt).HasColumnName("created_at");
            builder.Property(row => row.DeletedAt).HasColumnName("deleted_at");
        }
    }
}
