using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Contracts;

namespace TradeFlow.Platform.Insights.Figures;

/// <summary>All trades of a filter as CSV (RFC 4180, UTF-8), the first exit first: what every figure can be reckoned from again.</summary>
internal static class CsvExport
{
    public const string Header =
        "trade_id,account,broker,symbol,side,qty,entry_time,entry_price,exit_time,exit_price,gross_pnl,fees,net_pnl,currency,slippage_ticks,strategy,webhook_id";

    private const string RiskHeader = ",risk,r_multiple";

    private const int Piece = 64 * 1024;

    internal static Results<PushStreamHttpResult, ProblemHttpResult> Handle(
        [AsParameters] TradeQuery query, string? with, TenantContext tenant, TenantDb db, PluginCatalogue brokers, TimeProvider clock,
        CancellationToken ct)
    {
        var (filter, errors) = TradeFilter.Read(query, brokers);
        var withRisk = with is "risk";
        if (!withRisk && !string.IsNullOrEmpty(with)) errors["with"] = ["The columns that can be added are: risk."];
        if (errors.Count > 0) return Problem.Invalid(errors);
        return TypedResults.Stream(stream => WriteAsync(stream, filter, withRisk, tenant, db, clock, ct), "text/csv; charset=utf-8",
            "tradeflow-trades.csv");
    }

    private static Task<bool> WriteAsync(
        Stream stream, TradeFilter filter, bool withRisk, TenantContext tenant, TenantDb db, TimeProvider clock, CancellationToken ct) =>
        db.RunSqlAsync(async connection =>
        {
            var days = await TradingDays.OfAsync(tenant.Tenant, clock.GetUtcNow(), connection, ct);
            var text = new StringBuilder(Header).Append(withRisk ? RiskHeader : "").Append(CsvText.LineEnd);
            await foreach (var trade in TradeReads.AllAsync(filter, days, connection, ct))
            {
                AppendLine(text, trade, withRisk);
                if (text.Length >= Piece) await FlushAsync();
            }
            await FlushAsync();
            return true;

            async Task FlushAsync()
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), ct);
                text.Clear();
            }
        }, ct);

    private static void AppendLine(StringBuilder text, TradeView trade, bool withRisk)
    {
        text.Append(trade.Id).Append(',');
        Text(text, trade.Account);
        Text(text, trade.Broker);
        Text(text, trade.Symbol);
        Text(text, trade.Side);
        Number(text, trade.Qty);
        Time(text, trade.EntryTime);
        Number(text, trade.EntryPrice);
        Time(text, trade.ExitTime);
        Number(text, trade.ExitPrice);
        Number(text, trade.GrossPnl);
        Number(text, trade.Fees);
        Number(text, trade.NetPnl);
        Text(text, trade.Currency);
        Number(text, trade.SlippageTicks);
        Text(text, trade.Strategy ?? "");
        // The last cell has no comma after it.
        text.Append(trade.WebhookId);
        if (withRisk) text.Append(',').Append(Written(trade.Risk)).Append(',').Append(Written(trade.RMultiple));
        text.Append(CsvText.LineEnd);
    }

    private static void Text(StringBuilder text, string value)
    {
        CsvText.AppendText(text, value);
        text.Append(',');
    }

    private static void Number(StringBuilder text, decimal? value) => text.Append(Written(value)).Append(',');

    private static string? Written(decimal? value) => value?.Trimmed().ToString(CultureInfo.InvariantCulture);

    private static void Time(StringBuilder text, DateTimeOffset? value) =>
        text.Append(value?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture)).Append(',');
}
