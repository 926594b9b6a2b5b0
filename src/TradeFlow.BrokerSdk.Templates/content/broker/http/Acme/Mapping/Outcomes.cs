using System.Net;
using System.Text.Json;
using Acme.Http;
using TradeFlow.BrokerSdk;

namespace Acme.Mapping;

/// <summary>
/// What an answer to a command proves. Rejected needs the broker's own words and a code that is on the list; the rest is Unknown, and the
/// platform looks the order up. Keep testdata/outcomes.json and this file together.
/// </summary>
internal static class Outcomes
{
    private static readonly Dictionary<string, RejectReason> Codes = new(StringComparer.Ordinal)
    {
        ["insufficient_margin"] = RejectReason.InsufficientMargin,
        ["market_closed"] = RejectReason.MarketClosed,
        ["not_tradable"] = RejectReason.InstrumentNotTradable,
        ["invalid_quantity"] = RejectReason.InvalidQuantity,
        ["invalid_price"] = RejectReason.InvalidPrice,
        ["stop_too_close"] = RejectReason.StopTooClose,
        ["position_not_found"] = RejectReason.PositionNotFound,
        ["duplicate_client_id"] = RejectReason.DuplicateClientOrderId,
        ["account_disabled"] = RejectReason.ReadOnlyAccount,
        ["risk_rule"] = RejectReason.BrokerRiskRule,
        ["order_refused"] = RejectReason.Other,
        ["order_filled"] = RejectReason.Other,
    };

    public static OrderOutcome Of(Answer answer)
    {
        if ((int)answer.Status is 200 or 201) return Accepted(answer.Body);
        if (ErrorDto.TryRead(answer.Body) is not { } error)
            return new OrderOutcome.Unknown($"Acme answered {(int)answer.Status} without words of its own.");
#if (auth == "token")
        // By the broker's documents the signature is checked before the order is read.
        if (answer.Status == HttpStatusCode.Unauthorized && error.Code == "bad_signature")
            return new OrderOutcome.NotSent("Acme refused the signature before it read the order.");
#else
        // By the broker's documents the token is checked before the order is read.
        if (answer.Status == HttpStatusCode.Unauthorized && error.Code == "token_expired")
            return new OrderOutcome.NotSent("Acme had ended the session before it read the order.");
#endif
        // "No such order" may follow a fill of this moment: order_not_found is not on the list.
        return (int)answer.Status is >= 400 and < 500 && Codes.TryGetValue(error.Code, out var reason)
            ? new OrderOutcome.Rejected(reason, error.Code, error.Message)
            : new OrderOutcome.Unknown($"Acme answered {(int)answer.Status} {error.Code}: {error.Message}");
    }

    private static OrderOutcome Accepted(string body)
    {
        try
        {
            if (JsonSerializer.Deserialize(body, AcmeJson.Default.OrderDto) is { Id.Length: > 0 } order)
                return new OrderOutcome.Accepted(order.Id, Reports.Of(order));
        }
        catch (JsonException)
        {
            // Below.
        }
        return new OrderOutcome.Unknown("Acme's answer to the order could not be read.");
    }
}
