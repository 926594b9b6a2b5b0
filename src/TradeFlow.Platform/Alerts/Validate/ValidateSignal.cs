using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Accounts.Reads;
using TradeFlow.Platform.Alerts.Attempts;
using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Alerts.Receive;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Contracts;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Contracts.Pricing;

namespace TradeFlow.Platform.Alerts.Validate;

/// <summary>
/// Says what a message would do now, with the same reader, symbol check, prices and sizes as the real way. Sends and records nothing.
/// </summary>
internal sealed class ValidateSignal(
    AccountDirectory accounts, TenantContext tenant, DialectList dialects, SymbolCheck symbols, MarketPrices market, RiskGate risk,
    PricedGate priced, PluginCatalogue plugins, TradingReads trading, TimeProvider clock)
{
    // A person waits, and asks several symbols in a row; a broker may let two be asked a second.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <param name="Body">The message as pasted into TradingView: text, or the JSON itself.</param>
    internal sealed record Request(Guid AccountId, JsonElement Body);

    public static async Task<Results<Ok<ValidateResult>, ProblemHttpResult>> Handle(
        Request request, ValidateSignal validate, CancellationToken ct)
    {
        if (request.Body.ValueKind is not (JsonValueKind.String or JsonValueKind.Object))
            return Problem.Invalid("body", "Give the message as text.");
        return await validate.RunAsync(new AccountId(request.AccountId), request.Body, ct) is { } result
            ? TypedResults.Ok(result) : Problem.NotFound();
    }

    private async Task<ValidateResult?> RunAsync(AccountId accountId, JsonElement body, CancellationToken ct) =>
        await accounts.FindAsync(tenant, accountId, ct) is { } account ? await RunAsync(account, body, ct) : null;

    private async Task<ValidateResult> RunAsync(AccountContext account, JsonElement body, CancellationToken ct)
    {
        var result = new ValidateResult();
        result.Check("account", account.Enabled, account.Enabled ? null : account.DisabledReason ?? "The account is switched off.");
        var alert = dialects.Read(Encoding.UTF8.GetBytes(Filled(body)));
        if (alert.Broker is { } named && (plugins.Find(named)?.Slug ?? named) != account.Broker)
            alert.Fault("intent.broker", $"The account is one of {account.Broker}.");
        result.Dialect = alert.Dialect;
        AccountDefaults.Apply(alert, account);
        if (!alert.IsSound) return result.Failed(CheckTrail.Body, alert.Errors!); // not sound: it has errors
        var intent = alert.Intent!; // sound
        result.Intent = ParsedIntent.Of(intent, alert);
        result.Check(CheckTrail.Body, true);

        if (AlertAge.Of(alert.Time, clock.GetUtcNow()) is { } age && age.IsOver(account.MaxAgeSeconds))
            result.Check(CheckTrail.Age, intent.IsExit, intent.IsExit ? age.Mark : age.Refusal);
        switch (await symbols.RunAsync(account, intent, Patience, ct))
        {
            case SymbolCheck.Verdict.NotOne not:
                return result.Failed(CheckTrail.Symbol,
                    new Dictionary<string, string[]> { [alert.AsSent("intent.symbol")] = [not.Problem.Words] });
            case SymbolCheck.Verdict.Misfit misfit:
                return result.Failed("size", alert.AsSent(misfit.Errors));
            case SymbolCheck.Verdict.Fits { Instrument: { } instrument }:
                result.Symbol = new ResolvedSymbol(Symbols.Canonical(instrument.Symbol), instrument.BrokerSymbol);
                result.Check(CheckTrail.Symbol, true);
                if (intent.Target is { } target) await TargetAsync(result, account, alert, target, instrument, ct);
                else if (intent.IsExit) await ExitAsync(result, account, intent, instrument, ct);
                else
                {
                    await EntryAsync(result, account, intent, instrument, ct);
                    await PriceAsync(result, account, alert, intent, instrument, ct);
                }
                return result;
            case SymbolCheck.Verdict.NotAsked away:
                result.Check(CheckTrail.Symbol, false, away.Reason);
                if (intent is { IsExit: false, Target: null }) await EntryAsync(result, account, intent, null, ct);
                return result;
            default:
                result.Check(CheckTrail.Symbol, true);
                if (intent.IsExit) await ExitAsync(result, account, intent, null, ct);
                return result;
        }
    }

    // What a close finds is known by the positions that the screens show.
    private async Task ExitAsync(
        ValidateResult result, AccountContext account, TradeIntent intent, Instrument? instrument, CancellationToken ct)
    {
        result.Qty = intent.Qty * account.Symbols.Map(intent.Symbol).Factor;
        if (intent is not { Action: TradeAction.Close, Side: { } side }) return;
        var open = await OpenAsync(account, intent, instrument, ct);
        if (open.Count == 0 || open.Exists(position => position.Side == OtherSide.Word(side))) return;
        result.Check(OrderCodes.NothingToClose, false, OtherSide.Note(side, intent.Symbol, open.Sum(position => position.Qty)));
    }

    // From what the screens show to where the strategy is.
    private async Task TargetAsync(
        ValidateResult result, AccountContext account, AlertReading alert, TargetRule target, Instrument instrument, CancellationToken ct)
    {
        var intent = alert.Intent!; // it has a target
        var open = await OpenAsync(account, intent, instrument, ct);
        var held = Held.Of(open.Select(position => (position.Side == OtherSide.Word(TradeSide.Buy) ? Side.Buy : Side.Sell, position.Qty)));
        var map = account.Symbols.Map(intent.Symbol);
        var known = open.Count > 0 ? instrument : null;
        var plan = TargetPlan.From(intent, target, held, known, map.Factor * account.Multiplier, mayEnter: true);
        var enters = plan?.Action is TradeAction.Open or TradeAction.Reverse;
        if (TargetPlan.IsGap(intent, target, held, known, map.Factor * account.Multiplier))
            result.Check("gap", !enters || account.OnGap == OnGap.Sync, TargetPlan.GapWords(intent.Symbol, target, held));
        result.Check("target", true, $"The account holds {held}: " + plan switch
        {
            null => "it is there already.",
            { Action: TradeAction.Open } => "it enters.",
            { Action: TradeAction.Reverse } => "it closes that, waits for flat and enters.",
            { Exactly: { } part } =>
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"it closes {part:0.########} of it."),
            _ => "it closes that.",
        });
        if (plan is null || !enters)
        {
            result.Qty = plan is null ? 0 : plan.Exactly ?? held.Long + held.Short;
            return;
        }
        await EntryAsync(result, account, intent, instrument, ct);
        if (TargetPlan.MisfitOf(plan, target, known, map.Factor) is { } misfit)
            result.Failed("size", new Dictionary<string, string[]> { ["intent.position_size"] = [misfit] });
        else await PriceAsync(result, account, alert, plan, instrument, ct);
    }

    private async Task<List<PositionView>> OpenAsync(
        AccountContext account, TradeIntent intent, Instrument? instrument, CancellationToken ct)
    {
        var names = SignalPath.NamesOf(account, intent, instrument);
        return [.. (await trading.PositionsAsync(tenant.Wall, account.AccountId, null, ct))
            .Where(position => names.Contains(Symbols.Canonical(position.Symbol), StringComparer.Ordinal))];
    }

    private async Task EntryAsync(
        ValidateResult result, AccountContext account, TradeIntent intent, Instrument? instrument, CancellationToken ct) =>
            result.Add(await risk.PreviewAsync(account, SignalPath.AimOf(account, intent, instrument), clock.GetUtcNow(), ct));

    private async Task PriceAsync(
        ValidateResult result, AccountContext account, AlertReading alert, TradeIntent intent, Instrument instrument, CancellationToken ct)
    {
        var side = intent.Side ?? TradeSide.Buy;
        var named = OrderPrices.OnTick(intent.Price, instrument);
        var atSignalPrice = named is not null && (plugins.Find(account.Broker)?.Manifest.Capabilities.FillsAtReferencePrice ?? false);
        var (bid, ask) = atSignalPrice || intent.Type != TradeType.Market
            ? (named, named) : await market.QuoteAsync(account, instrument, ct);
        var plan = OrderPrices.Resolve(intent, instrument, side, bid, ask);
        if (!plan.IsSound)
        {
            result.Failed("prices", alert.AsSent(plan.Errors));
            return;
        }
        (result.Entry, result.StopLoss, result.TakeProfit) = (plan.Entry, plan.StopLoss, plan.TakeProfit);
        result.Check("prices", true);
        // A reverse without a quantity takes over that of the position, which only the broker knows.
        if (intent is { Action: TradeAction.Reverse, Qty: null, Size: null }) return;
        if (intent.Exactly is { } exactly)
        {
            result.Qty = exactly;
            result.Check("size", true);
            await RiskAsync(result, account, instrument, exactly, plan, ct);
            return;
        }
        var size = OrderSize.Resolve(intent.Qty * account.Symbols.Map(intent.Symbol).Factor, intent.Size, new SizeFacts
        {
            Instrument = instrument,
            Multiplier = account.Multiplier,
            Equity = account.Equity ?? account.Balance,
            Rate = intent.Size is null ? null : await market.RateAsync(account, instrument, ct),
            Entry = plan.Entry,
            StopLoss = plan.StopLoss,
        });
        switch (size)
        {
            case SizeAnswer.Sized sized:
                result.Qty = sized.Quantity;
                result.Check("size", true);
                await RiskAsync(result, account, instrument, sized.Quantity, plan, ct);
                break;
            case SizeAnswer.Refused refused:
                result.Failed("size", alert.AsSent(
                    refused.Errors.Count > 0 ? refused.Errors : new Dictionary<string, string[]> { ["intent.size"] = [refused.Reason] }));
                break;
        }
    }

    // The rules that look at an entry when its size and its prices are known.
    private async Task RiskAsync(
        ValidateResult result, AccountContext account, Instrument instrument, decimal qty, PricePlan plan, CancellationToken ct)
    {
        if (!await priced.IsNeededAsync(account, ct)) return;
        var rate = plan.StopLoss is null ? null : await market.RateAsync(account, instrument, ct);
        result.Add(await priced.PreviewAsync(account, OrderSize.LossAtStop(instrument, qty, plan, rate), ct));
    }

    // What TradingView fills in and has one value wherever it stands. Other placeholders stay, and are named by their fields.
    private string Filled(JsonElement body)
    {
        var text = body.ValueKind == JsonValueKind.String ? body.GetString()! : body.GetRawText(); // a string has a text
        var now = clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        return text.Replace("{{timenow}}", now, StringComparison.Ordinal).Replace("{{time}}", now, StringComparison.Ordinal);
    }
}
