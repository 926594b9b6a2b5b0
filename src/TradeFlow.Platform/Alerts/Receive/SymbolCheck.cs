using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Contracts.Pricing;

namespace TradeFlow.Platform.Alerts.Receive;

/// <summary>Does the broker have the symbol, and does the quantity fit it? When the broker cannot be asked now, the Worker decides.</summary>
internal sealed partial class SymbolCheck(InstrumentDirectory instruments, ILogger<SymbolCheck> log)
{
    // Of the three seconds that a sender waits. A look-up that takes longer goes on and serves the next signal.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(900);

    internal abstract record Verdict
    {
        public sealed record Fits(Instrument? Instrument) : Verdict;

        public sealed record Unknown(IReadOnlyList<string> Suggestions) : Verdict;

        public sealed record Misfit(IReadOnlyDictionary<string, string[]> Errors) : Verdict;
    }

    public async ValueTask<Verdict> RunAsync(AccountContext account, TradeIntent intent, CancellationToken ct)
    {
        if (intent.Action == TradeAction.Flatten) return new Verdict.Fits(null);
        var mapped = account.Symbols.Map(intent.Symbol);
        switch (await FindAsync(account, mapped.Symbol, ct))
        {
            case InstrumentAnswer.UnknownSymbol unknown:
                return new Verdict.Unknown(unknown.Suggestions);
            case InstrumentAnswer.Found { Instrument: var instrument }:
                if (intent.Qty is not { } qty || intent.Action == TradeAction.Cancel) return new Verdict.Fits(instrument);
                // The account's factor makes entries larger or smaller; a close names what is open.
                var facts = new SizeFacts { Instrument = instrument, Multiplier = intent.IsExit ? 1 : account.Multiplier };
                return OrderSize.Resolve(qty * mapped.Factor, null, facts) is SizeAnswer.Refused { Code: OrderCodes.SignalInvalid } refused ? new Verdict.Misfit(refused.Errors) : new Verdict.Fits(instrument);
            default:
                return new Verdict.Fits(null);
        }
    }

    private async ValueTask<InstrumentAnswer> FindAsync(AccountContext account, string symbol, CancellationToken ct)
    {
        // Not cancelled with the request: what it finds is remembered.
        var found = instruments.FindAsync(account.TenantId, account.AccountId, symbol, CancellationToken.None);
        if (found.IsCompletedSuccessfully) return found.Result;
        try
        {
            return await found.AsTask().WaitAsync(Patience, ct);
        }
        catch (Exception e) when (e is TimeoutException or Npgsql.NpgsqlException or System.Text.Json.JsonException)
        {
            LogNotAsked(symbol, e.GetType().Name);
            return new InstrumentAnswer.Unavailable("The broker did not answer in time.");
        }
    }

    [LoggerMessage(2011, LogLevel.Information, "Symbol {Symbol} could not be looked up ({Reason}); the Worker decides")]
    private partial void LogNotAsked(string symbol, string reason);
}
