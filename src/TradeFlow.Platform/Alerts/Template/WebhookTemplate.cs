using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Accounts.Reads;
using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Alerts.Dialects.UnifyV1;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.Alerts.Template;

/// <summary>
/// What to paste into TradingView: the address with the key of the account, and the message. A value may be a placeholder:
/// <c>{{ticker}}</c>.
/// </summary>
internal static class WebhookTemplate
{
    internal sealed record View(string Url, string Message);

    /// <summary>A message of another tool that the webhook reads as it is.</summary>
    /// <param name="Dialect">What the log will call it.</param>
    internal sealed record ToolView(string Dialect, string Tool, string Message, string Note);

    // Braces, quotes and pluses of placeholders stay readable.
    private static readonly JsonWriterOptions Layout = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The intent, as the query names it.</summary>
    internal sealed class Options
    {
        [FromQuery(Name = "account_id")]
        public Guid AccountId { get; init; }

        [FromQuery(Name = "symbol")]
        public string? Symbol { get; init; }

        [FromQuery(Name = "action")]
        public string? Action { get; init; }

        [FromQuery(Name = "side")]
        public string? Side { get; init; }

        /// <summary>
        /// <c>strategy</c> (where the strategy is, by one message for all it does) or <c>indicator</c>. Without it: indicator when a side,
        /// a quantity or an action of its own is named.
        /// </summary>
        [FromQuery(Name = "form")]
        public string? Form { get; init; }

        [FromQuery(Name = "qty")]
        public string? Qty { get; init; }

        [FromQuery(Name = "type")]
        public string? Type { get; init; }

        [FromQuery(Name = "price")]
        public string? Price { get; init; }

        [FromQuery(Name = "sl")]
        public string? Sl { get; init; }

        [FromQuery(Name = "sl_mode")]
        public string? SlMode { get; init; }

        [FromQuery(Name = "tp")]
        public string? Tp { get; init; }

        [FromQuery(Name = "tp_mode")]
        public string? TpMode { get; init; }
    }

    internal static Ok<List<ToolView>> Tools(DialectList dialects) =>
        TypedResults.Ok(dialects.ToolMessages.Select(
            tool => new ToolView(tool.Dialect, tool.Message.Tool, tool.Message.Message, tool.Message.Note)).ToList());

    internal static async Task<Results<Ok<View>, ProblemHttpResult>> Get(
        [AsParameters] Options options, AccountDirectory accounts, AccountKeys keys, AuditLog audit, TenantDb db, TenantContext tenant,
        PublicAddress address, HttpContext http, CancellationToken ct)
    {
        var errors = new Dictionary<string, string[]>();
        var message = Message(options, "", errors);
        if (errors.Count > 0) return Problem.Invalid(errors);
        var id = new AccountId(options.AccountId);
        if (await accounts.FindAsync(tenant, id, ct) is not { } account || await keys.FindAsync(id, ct) is not { } key)
            return Problem.NotFound();
        message = Message(options, account.Broker, errors);
        await db.RunSqlAsync(async connection =>
        {
            await audit.WriteAsync(tenant.Tenant, tenant.User, "account.key_shown_in_template", id.ToString(), null, connection, ct);
            return true;
        }, ct);
        return TypedResults.Ok(new View($"{address.OriginFor(http)}/webhook/{account.Broker}/{key}", message));
    }

    private static string Message(Options options, string broker, Dictionary<string, string[]> errors)
    {
        var action = Word("action", options.Action, IntentWords.Actions) ?? (IsStrategy(options, errors) ? "target" : "open");
        if (action == "target") return Strategy(options, broker, errors);
        var type = Word("type", options.Type, IntentWords.Types) ?? "market";
        var side = Word("side", options.Side, IntentWords.Sides);
        var enters = action is "open" or "reverse" || Placeholder(action);
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Layout))
        {
            json.WriteStartObject();
            json.WriteString("version", UnifyV1Dialect.Version);
            json.WriteString("time", "{{timenow}}");
            json.WriteStartObject("intent");
            json.WriteString("broker", broker);
            json.WriteString("action", action);
            if (side is not null || enters) json.WriteString("side", side ?? "buy");
            if (enters) json.WriteString("type", type);
            if (action != "flatten")
                json.WriteString("symbol", string.IsNullOrWhiteSpace(options.Symbol) ? "{{ticker}}" : options.Symbol.Trim());
            if (action is not ("flatten" or "cancel")) Number(json, "qty", options.Qty ?? (action == "open" ? "1" : null));
            if (enters)
            {
                if (type != "market" || options.Price is not null) Number(json, "price", options.Price ?? "{{close}}");
                Rule(json, "sl", options.Sl, Word("sl_mode", options.SlMode, IntentWords.StopModes));
                Rule(json, "tp", options.Tp, Word("tp_mode", options.TpMode, IntentWords.TargetModes));
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);

        string? Word<T>(string name, string? text, WordSet<T> words) where T : struct, Enum
        {
            if (string.IsNullOrWhiteSpace(text)) return null;
            if (!Placeholder(text) && words.Find(text.Trim()) is null) errors[name] = [words.MendOf(text.Trim())];
            return text.Trim().ToLowerInvariant();
        }

        void Rule(Utf8JsonWriter json, string name, string? value, string? mode)
        {
            if (string.IsNullOrWhiteSpace(value)) return;
            json.WriteStartObject(name);
            json.WriteString("mode", mode ?? "price");
            Number(json, "value", value, name);
            json.WriteEndObject();
        }

        void Number(Utf8JsonWriter json, string name, string? text, string? field = null)
        {
            if (string.IsNullOrWhiteSpace(text)) return;
            if (Placeholder(text)) json.WriteString(name, text.Trim());
            else if (NumberText.Parse(text, out var value) == NumberText.Verdict.Ok && value > 0) json.WriteNumber(name, value);
            else errors[field ?? name] = ["Use a number above zero, or a placeholder such as {{close}}."];
        }
    }

    private static bool IsStrategy(Options options, Dictionary<string, string[]> errors)
    {
        if (options.Form is not (null or "strategy" or "indicator")) errors["form"] = ["Use strategy or indicator."];
        return options.Form is { } form ? form == "strategy" : options is { Side: null, Qty: null, Type: null, Price: null };
    }

    // One message for entries, exits and flips: TradingView fills in where the strategy is.
    private static string Strategy(Options options, string broker, Dictionary<string, string[]> errors)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Layout))
        {
            json.WriteStartObject();
            json.WriteString("version", UnifyV1Dialect.Version);
            json.WriteString("id", "{{strategy.order.id}}-{{timenow}}");
            json.WriteString("time", "{{timenow}}");
            json.WriteStartObject("intent");
            json.WriteString("broker", broker);
            json.WriteString("action", "target");
            json.WriteString("symbol", string.IsNullOrWhiteSpace(options.Symbol) ? "{{ticker}}" : options.Symbol.Trim());
            json.WriteString("position", "{{strategy.market_position}}");
            json.WriteString("position_size", "{{strategy.market_position_size}}");
            json.WriteString("prev_position", "{{strategy.prev_market_position}}");
            json.WriteString("prev_position_size", "{{strategy.prev_market_position_size}}");
            json.WriteString("price", "{{strategy.order.price}}");
            if (!string.IsNullOrWhiteSpace(options.Sl)) Rule(json, "sl", options.Sl, options.SlMode, IntentWords.StopModes, errors);
            if (!string.IsNullOrWhiteSpace(options.Tp)) Rule(json, "tp", options.Tp, options.TpMode, IntentWords.TargetModes, errors);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Rule<T>(
        Utf8JsonWriter json, string name, string value, string? mode, WordSet<T> modes, Dictionary<string, string[]> errors)
        where T : struct, Enum
    {
        if (mode is not null && !Placeholder(mode) && modes.Find(mode.Trim()) is null) errors[name + "_mode"] = [modes.MendOf(mode.Trim())];
        json.WriteStartObject(name);
        json.WriteString("mode", mode?.Trim().ToLowerInvariant() ?? "price");
        if (Placeholder(value)) json.WriteString("value", value.Trim());
        else if (NumberText.Parse(value, out var number) == NumberText.Verdict.Ok && number > 0) json.WriteNumber("value", number);
        else errors[name] = ["Use a number above zero, or a placeholder such as {{close}}."];
        json.WriteEndObject();
    }

    private static bool Placeholder(string text) => text.Contains("{{", StringComparison.Ordinal);
}
