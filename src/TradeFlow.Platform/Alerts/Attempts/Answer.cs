using System.Buffers;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TradeFlow.Platform.Alerts.Contracts;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Attempts;

/// <summary>What the sender is told, as it goes over the wire and into the log.</summary>
internal sealed record Answer(int Status, string? Code, string? Error, ReadOnlyMemory<byte> Json)
{
    public int? RetryAfter { get; init; }

    public static Answer InvalidKey() =>
        Refuse(401, AlertCodes.InvalidKey, "The key is missing or not valid: copy the webhook URL of the account again.", null);

    /// <summary>For who holds a valid key, and sends it to the address of another broker.</summary>
    public static Answer KeyOfAnother(string broker, WebhookId webhook) =>
        Refuse(401, AlertCodes.InvalidKey,
            $"This is a key of {broker}: its address is /webhook/{broker}/ and the key. Copy the webhook URL of the account again.",
            webhook);

    /// <summary>For who holds a valid key of an account that takes signed messages only.</summary>
    public static Answer NotSigned(string fault, WebhookId webhook) => Refuse(401, AlertCodes.InvalidSignature, fault, webhook);

    public static Answer Disabled(string? reason, WebhookId webhook) =>
        Refuse(401, AlertCodes.AccountDisabled, reason ?? "The account is switched off.", webhook);

    public static Answer NotOfTradingView(System.Net.IPAddress? from, WebhookId webhook) => Refuse(403, AlertCodes.SenderRefused,
        $"The account takes alerts from TradingView alone (Alert rules of the account), and this one came from {from?.ToString() ?? "elsewhere"}.",
        webhook);

    public static Answer Limited(RateWait wait, WebhookId? webhook) =>
        Refuse(429, AlertCodes.RateLimited, $"{wait.Words} Wait {wait.Seconds} s.", webhook) with { RetryAfter = wait.Seconds };

    private static Answer TooManyFailures() =>
        Refuse(429, AlertCodes.RateLimited, "Too many keys that are not valid came from this address. Wait 1 s.",
            null) with { RetryAfter = 1 };

    /// <summary>
    /// The answer to a key that is nobody's. A good key is looked for whatever came from its address before: TradingView sends everybody's
    /// alerts from four. Only what is wrong is counted.
    /// </summary>
    public static Answer NoKey(FailureLimits failures, IPAddress? from) => failures.Take(from) ? InvalidKey() : TooManyFailures();

    public static Answer Offline(string reason, WebhookId webhook) => Refuse(422, OrderCodes.BrokerOffline, reason, webhook);

    public static Answer TooLarge(WebhookId? webhook) =>
        Refuse(413, AlertCodes.SignalInvalid, "The message is larger than 64 KiB.", webhook);

    /// <summary>Of a message that did not come to its end. Nobody reads it unless its sender was only slow.</summary>
    public static Answer BrokenOff(int status, WebhookId webhook) => status == StatusCodes.Status408RequestTimeout
        ? Refuse(status, AlertCodes.ClientSlow, "The message did not arrive in time. Nothing was executed.", webhook)
        : Refuse(status, AlertCodes.ClientGone, "The sender hung up before its message was complete. Nothing was executed.", webhook);

    public static Answer Invalid(IReadOnlyDictionary<string, string[]> errors, WebhookId webhook)
    {
        var (field, words) = errors.First();
        return Refuse(422, AlertCodes.SignalInvalid, field == "body" ? words[0] : $"{field}: {words[0]}", webhook,
            json => WriteErrors(json, errors));
    }

    /// <summary>The symbol is not one instrument of the account: none, several, or two at once.</summary>
    public static Answer NoSymbol(SymbolProblem problem, string field, WebhookId webhook) =>
        Refuse(422, OrderCodes.Of(problem), problem.Words, webhook, json =>
        {
            WriteErrors(json, new Dictionary<string, string[]> { [field] = [problem.Words] });
            if (problem.Kind == SymbolProblem.Spread) return;
            json.WriteStartArray(problem.Kind == SymbolProblem.Ambiguous ? "candidates" : "suggestions");
            foreach (var name in problem.Names) json.WriteStringValue(name);
            json.WriteEndArray();
        });

    public static Answer Stale(AlertAge age, WebhookId webhook) => Refuse(422, AlertCodes.SignalStale, age.Refusal, webhook, json =>
    {
        WriteErrors(json, new Dictionary<string, string[]> { ["time"] = [age.Refusal] });
        json.WriteString("time", age.Time.UtcDateTime);
        json.WriteString("received_at", age.ReceivedAt.UtcDateTime);
    });

    public static Answer IdReused(WebhookId first, WebhookId webhook) =>
        Refuse(409, AlertCodes.IdReused, "This id came with another message within 24 hours: give each signal its own.", webhook,
            json => json.WriteString("first_webhook_id", first.Value));

    /// <param name="isProven">False when a commit may have happened after all: sent again, the signal is found then.</param>
    public static Answer Unavailable(bool isProven = true) => Refuse(503, AlertCodes.Unavailable, isProven
        ? "The signal could not be recorded, and nothing was sent to the broker. Send it again."
        : "Whether the signal was recorded is not known. Send the same message again within a minute: it is executed once.",
        null) with { RetryAfter = 5 };

    /// <summary>A check of entries said no: its own words, numbers and status.</summary>
    public static Answer Refused(string refusalJson, WebhookId webhook)
    {
        using var refusal = JsonDocument.Parse(refusalJson);
        var root = refusal.RootElement;
        // the function writes all three
        return Refuse(root.GetProperty("status").GetInt32(), root.GetProperty("code").GetString()!, root.GetProperty("error").GetString()!,
            webhook, json =>
            {
                foreach (var member in root.EnumerateObject())
                    if (member.Name is not ("status" or "code" or "error")) member.WriteTo(json);
            });
    }

    /// <summary>What became of the order, or that it is still on its way.</summary>
    public static Answer Of(OrderView? order, OrderId id, WebhookId webhook, double latencyMs) => order switch
    {
        null or { Status: "PENDING" or "UNKNOWN" } =>
            Write(202, null, null, json => WriteTaken(json, id, webhook, "pending", null, latencyMs)),
        { EntryRefusal: { } refusal } when order.Status is not "REJECTED" || order.RejectCode == refusal.Code =>
            WithoutEntry(order, refusal, id, webhook),
        { Status: "REJECTED" } => Refuse(422, order.RejectCode ?? OrderCodes.BrokerRejected,
            order.RejectReason ?? "The broker refused the order.", webhook, json =>
            {
                json.WriteString("order_id", id.Value);
                if (order.OrderIds is { } ids) WriteIds(json, ids);
                if (order.Gap is true) json.WriteBoolean("gap", true);
                if (order.Errors is { Count: > 0 } errors) WriteErrors(json, errors);
            }),
        { Status: "CANCELED", RejectCode: { } code } when !OrderCodes.IsNothingToDo(code) =>
            Refuse(422, code, order.RejectReason ?? "The order was canceled.", webhook, json => json.WriteString("order_id", id.Value)),
        _ => Write(200, order.RejectCode, null, json => WriteTaken(json, id, webhook, StatusOf(order), order, latencyMs)),
    };

    // Of a target or a reverse that something keeps from entering. What it had to get out of it got out of.
    private static Answer WithoutEntry(OrderView order, EntryRefusal refusal, OrderId id, WebhookId webhook) =>
        Refuse(refusal.Status, refusal.Code, order is { Status: "REJECTED", RejectReason: { } reason } ? reason : refusal.Error,
            webhook, json =>
        {
            json.WriteString("order_id", id.Value);
            if (order.OrderIds is { Count: > 1 } ids) WriteIds(json, ids);
            if (refusal.Limit is { } limit) json.WriteNumber("limit", limit);
            if (refusal.Value is { } value) json.WriteNumber("value", value);
            if (order.Gap is true) json.WriteBoolean("gap", true);
            if (order.Status is "REJECTED" or "CANCELED") return;
            json.WriteNumber("filled_qty", order.FilledQty);
            if (order.Pnl is { } pnl) json.WriteNumber("pnl", pnl);
            json.WriteString("note", order.Status == "FILLED" ? "What was open on the other side is closed; nothing was entered."
                : "What is open on the other side is being closed; nothing is entered.");
        });

    /// <summary>A signal of a strategy is recorded for so many accounts.</summary>
    /// <param name="repeated">The answer to a repeat: nothing was recorded for it.</param>
    public static Answer FannedOut(Guid signal, int accounts, bool repeated = false) => Write(repeated ? 200 : 202, null, null, json =>
    {
        json.WriteBoolean("success", true);
        json.WriteString("signal_id", signal);
        json.WriteNumber("fan_out", accounts);
        if (repeated) json.WriteString("duplicate_of", signal);
    });

    /// <summary>The same for the sender of a strategy: what it names is the strategy's signal, and no row of an account.</summary>
    public Answer AsOfStrategy()
    {
        using var before = JsonDocument.Parse(Json);
        var answer = Write(Status, Code, Error, json =>
        {
            foreach (var member in before.RootElement.EnumerateObject())
            {
                json.WritePropertyName(
                    member.Name switch { "webhook_id" => "signal_id", "first_webhook_id" => "first_signal_id", var name => name });
                member.Value.WriteTo(json);
            }
        });
        return answer with { RetryAfter = RetryAfter };
    }

    /// <summary>The same answer to a repeat: executed once, told again.</summary>
    public Answer AsRepeatOf(WebhookId first)
    {
        using var before = JsonDocument.Parse(Json);
        return Write(200, Code, Error, json =>
        {
            foreach (var member in before.RootElement.EnumerateObject())
                if (!member.NameEquals("duplicate_of")) member.WriteTo(json);
            json.WriteString("duplicate_of", first.Value);
        });
    }

    // Partly filled is still at work, and filled as far as it goes once its rest is canceled: filled_qty says how far.
    private static string StatusOf(OrderView order) => order switch
    {
        { RejectCode: { } code } when OrderCodes.IsNothingToDo(code) => code,
        { Status: "FILLED", Action: "modify" } => "modified",
        { Status: "FILLED" } or { Status: "CANCELED", FilledQty: > 0 } => "filled",
        { Status: "CANCELED" } => "canceled",
        _ => "working",
    };

    private static void WriteTaken(Utf8JsonWriter json, OrderId id, WebhookId webhook, string status, OrderView? order, double latencyMs)
    {
        json.WriteBoolean("success", true);
        json.WriteString("order_id", id.Value);
        if (order?.OrderIds is { Count: > 1 } ids) WriteIds(json, ids);
        json.WriteString("webhook_id", webhook.Value);
        json.WriteString("status", status);
        if (order is not null)
        {
            if (order.Gap is true) json.WriteBoolean("gap", true);
            json.WriteString("broker_order_id", order.BrokerOrderId);
            json.WriteNumber("filled_qty", order.FilledQty);
            if (order.AvgPrice is { } price) json.WriteNumber("avg_price", price);
            else json.WriteNull("avg_price");
            if (order.Pnl is { } pnl) json.WriteNumber("pnl", pnl);
            if (order.GrossPnl is { } gross) json.WriteNumber("gross_pnl", gross);
            // Nothing was closed, and something is open: it says what.
            if (status == OrderCodes.NothingToClose && order.Errors is { Count: > 0 } errors)
                json.WriteString("note", errors.First().Value[0]);
        }
        json.WriteNumber("latency_ms", Math.Round((decimal)latencyMs, 3));
    }

    private static void WriteIds(Utf8JsonWriter json, IReadOnlyList<Guid> ids)
    {
        json.WriteStartArray("order_ids");
        foreach (var id in ids) json.WriteStringValue(id);
        json.WriteEndArray();
    }

    private static void WriteErrors(Utf8JsonWriter json, IReadOnlyDictionary<string, string[]> errors)
    {
        json.WriteStartObject("errors");
        foreach (var (field, sentences) in errors)
        {
            json.WriteStartArray(field);
            foreach (var sentence in sentences) json.WriteStringValue(sentence);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static Answer Refuse(int status, string code, string error, WebhookId? webhook, Action<Utf8JsonWriter>? more = null) =>
        Write(status, code, error, json =>
        {
            json.WriteBoolean("success", false);
            json.WriteString("code", code);
            json.WriteString("error", error);
            if (webhook is { } id) json.WriteString("webhook_id", id.Value);
            more?.Invoke(json);
        });

    private static Answer Write(int status, string? code, string? error, Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(384);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return new Answer(status, code, error, buffer.WrittenMemory);
    }
}
