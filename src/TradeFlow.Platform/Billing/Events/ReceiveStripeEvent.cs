using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Billing.Contracts;
using TradeFlow.Platform.Billing.Stripe;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Billing.Events;

/// <summary>
/// Takes Stripe's word that something has changed: proves that it is Stripe's, writes it down once, answers, and leaves the fetching to
/// <see cref="SubscriptionInbox"/>. So it does not matter how often and in which order events come.
/// </summary>
internal sealed partial class ReceiveStripeEvent(
    StripeOptions options, Database database, SubscriptionInbox inbox, TimeProvider clock, ILogger<ReceiveStripeEvent> log)
{
    private const int LargestBody = 1 << 20;

    internal sealed record Answer(bool Received);

    internal static Task<Results<Ok<Answer>, ProblemHttpResult>> Handle(
        HttpRequest request, ReceiveStripeEvent receive, CancellationToken ct) => receive.TakeAsync(request, ct);

    private async Task<Results<Ok<Answer>, ProblemHttpResult>> TakeAsync(HttpRequest request, CancellationToken ct)
    {
        if (options.WebhookSecrets.Count == 0)
            return Refuse(BillingProblems.NotConfigured, "Stripe:WebhookSecret is not set, so no event can be trusted.");
        if (await ReadAsync(request, ct) is not { } body)
            return Problem.Of(StatusCodes.Status413PayloadTooLarge, "request.too_large", "The body is larger than 1 MiB.");
        if (!StripeSignature.IsValid(body, request.Headers["Stripe-Signature"], options.WebhookSecrets, clock.GetUtcNow()))
        {
            LogForged(request.HttpContext.Connection.RemoteIpAddress?.ToString());
            return Refuse(BillingProblems.BadSignature, "The signature is missing, wrong, or of another time.");
        }
        if (Parse(body) is not { } told)
            return Refuse(BillingProblems.BadEvent, "This is no event that we understand. Make the endpoint with snapshot events.");
        if (options.IsLive is { } live && live != told.IsLive)
        {
            LogMixed(told.Id, told.IsLive);
            return Refuse(BillingProblems.BadEvent, "This event is of the other mode, test or live, than our key.");
        }
        if (!told.IsOfOurVersion) LogOtherVersion(told.Id, told.Type, told.ApiVersion, StripeOptions.ApiVersion);
        if (await StoreAsync(database, told, told.IsOurs ? "taken" : "ignored", ct) && told.IsOurs) inbox.Wake();
        return TypedResults.Ok(new Answer(true));
    }

    /// <returns>Whether it is new.</returns>
    internal static async Task<bool> StoreAsync(Database database, StripeEvent told, string state, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select billing.take_event($1, $2, $3, $4, $5, $6, $7, $8, $9)");
        command.Parameters.AddWithValue(told.Id);
        command.Parameters.AddWithValue(told.Type);
        command.Parameters.Add(Text(told.ApiVersion));
        command.Parameters.AddWithValue(told.IsLive);
        command.Parameters.AddWithValue(told.Created);
        command.Parameters.Add(Text(told.Subscription));
        command.Parameters.Add(Text(told.Customer));
        command.Parameters.AddId(told.Tenant);
        command.Parameters.AddWithValue(state);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    private static NpgsqlParameter Text(string? value) =>
        new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)value ?? DBNull.Value };

    // The bytes as they came: the signature is over them, not over what a parser would make of them.
    private static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength > LargestBody) return null;
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        while (await request.Body.ReadAsync(chunk, ct) is > 0 and var count)
        {
            if (buffer.Length + count > LargestBody) return null;
            buffer.Write(chunk, 0, count);
        }
        return buffer.ToArray();
    }

    private static StripeEvent? Parse(byte[] body)
    {
        try
        {
            return StripeEvent.Read(JsonElement.Parse(body));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ProblemHttpResult Refuse(string code, string words) => Problem.Of(StatusCodes.Status400BadRequest, code, words);

    [LoggerMessage(5101, LogLevel.Warning, "An event with a bad signature came from {Address}")]
    private partial void LogForged(string? address);

    [LoggerMessage(5102, LogLevel.Error, "Stripe event {Event} refused: its livemode is {IsLive}, our key's is not")]
    private partial void LogMixed(string @event, bool isLive);

    [LoggerMessage(5103, LogLevel.Information,
        "Stripe event {Event} ({Type}) is of version {Version}, ours is {Ours}: what it is about is fetched in ours")]
    private partial void LogOtherVersion(string @event, string type, string? version, string ours);
}
