using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Outgoing.Contracts;

/// <summary>A mail to a person.</summary>
internal sealed record OutgoingMail(string To, string Subject, string Text)
{
    public const string Kind = "mail";

    /// <param name="event">What it is about, for the log, such as <c>mail.verify</c>.</param>
    /// <param name="tenant">Of the connection, where it has one.</param>
    public Task AddAsync(
        string @event, TenantId? tenant, Outbox outbox, TimeProvider clock, NpgsqlConnection connection, CancellationToken ct) =>
        outbox.AddAsync(new OutgoingMessage
        {
            Id = NewId.At(clock), Tenant = tenant, Kind = Kind, Event = @event,
                Payload = JsonSerializer.Serialize(this, MailJson.Default.OutgoingMail),
        }, connection, ct);
}

[JsonSerializable(typeof(OutgoingMail))]
internal sealed partial class MailJson : JsonSerializerContext;
