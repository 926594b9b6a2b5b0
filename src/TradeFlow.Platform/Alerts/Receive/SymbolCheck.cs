using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Contracts.Pricing;

namespace TradeFlow.Platform.Alerts.Receive;

/// <summary>
/// Does the broker have the symbol, and does the quantity fit it? When the broker cannot be asked now, the Worker decides.
/// </summary>
internal sealed partial class SymbolCheck(InstrumentDirectory instruments, ILogger<SymbolCheck> log)
{
    /// <summary>Of the three seconds that a sender waits. A look-up that takes longer goes on and serves the next signal.</summary>
    public static readonly TimeSpan OfASender = TimeSpan.FromMilliseconds(900);

    internal abstract record Verdict
    {
        public sealed record Fits(Instrument? Instrument) : Verdict;

        /// <summary>The broker could not be asked.</summary>
        public sealed record NotAsked(string Reason) : Verdict;

        public sealed record NotOne(SymbolProblem Problem) : Verdict;

        public sealed record Misfit(IReadOnlyDictionary<string, string[]> Errors) : Verdict;
    }

    /// <param name="patience">How long the broker may take to be asked.</param>
    public async ValueTask<Verdict> RunAsync(AccountContext account, TradeIntent intent, TimeSpan patience, CancellationToken ct)
    {
        if (intent.Action == TradeAction.Flatten) return new Verdict.Fits(null);
        var mapped = account.Symbols.Map(intent.Symbol);
        switch (await FindAsync(account, mapped.Symbol, patience, ct))
        {
            // What is open under one of the names is found where it is closed, and nothing else is closed with it.
            case InstrumentAnswer.UnknownSymbol { Problem.Kind: SymbolProblem.Ambiguous } when intent.IsExit:
                return new Verdict.Fits(null);
            case InstrumentAnswer.UnknownSymbol unknown:
                return new Verdict.NotOne(unknown.Problem);
            case InstrumentAnswer.Found { Instrument: var instrument }:
                if (intent.Qty is not { } qty || intent.Action == TradeAction.Cancel) return new Verdict.Fits(instrument);
                // The account's factor makes entries larger or smaller; a close names what is open.
                var facts = new SizeFacts { Instrument = instrument, Multiplier = intent.IsExit ? 1 : intent.FactorOn(account.Multiplier) };
                return OrderSize.Resolve(qty * mapped.Factor, null, facts) is SizeAnswer.Refused { Code: OrderCodes.SignalInvalid } refused
                    ? new Verdict.Misfit(refused.Errors) : new Verdict.Fits(instrument);
            case InstrumentAnswer.Unavailable away:
                return new Verdict.NotAsked(away.Reason);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private async ValueTask<InstrumentAnswer> FindAsync(AccountContext account, string symbol, TimeSpan patience, CancellationToken ct)
    {
        // Not cancelled with the request: what it finds is remembered.
        var found = instruments.FindAsync(account.TenantId, account.AccountId, symbol, CancellationToken.None);
        if (found.IsCompletedSuccessfully) return found.Result;
        try
        {
            return await found.AsTask().WaitAsync(patience, ct);
        }
        catch (Exception e) when (e is TimeoutException or Npgsql.NpgsqlException or System.Text.Json.JsonException)
        {
            LogNotAsked(symbol, e.GetType().Name);
            return new InstrumentAnswer.Unavailable(e is TimeoutException
                ? $"The broker was asked for the symbol and has not answered in {patience.TotalSeconds:0.#} s: try again in a moment."
                : "The symbol could not be looked up now.");
        }
    }

    [LoggerMessage(2011, LogLevel.Information, "Symbol {Symbol} could not be looked up ({Reason}); the Worker decides")]
    private partial void LogNotAsked(string symbol, string reason);
}
