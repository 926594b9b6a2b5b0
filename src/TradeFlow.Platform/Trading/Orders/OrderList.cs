using Npgsql;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Trading.Orders;

/// <summary>
/// The statement of a list of orders, made of the conditions that are given: one that allows for all of them is planned for none. The
/// states stand in it as words, so that the indexes of some states alone are found.
/// </summary>
internal static class OrderList
{
    public static string Sql(OrderFilter filter)
    {
        List<string> conditions = [];
        var next = 1;
        if (filter.Account is not null) conditions.Add($"o.account_id = ${next++}");
        if (filter.Status is { } status) conditions.Add(OfStatus(status));
        if (filter.Symbol is not null) conditions.Add($"o.symbol = ${next++}");
        if (filter.Before is not null) conditions.Add($"(o.created_at, o.id) < (${next++}, ${next++})");
        var where = conditions.Count == 0 ? "" : $"where {string.Join(" and ", conditions)}";
        return $"select {OrderRow.Columns} from trading.orders o {where} order by o.created_at desc, o.id desc limit ${next}";
    }

    public static void Add(NpgsqlParameterCollection parameters, OrderFilter filter)
    {
        if (filter.Account is { } account) parameters.AddWithValue(account.Value);
        if (filter.Symbol is { } symbol) parameters.AddWithValue(Symbols.Canonical(symbol));
        if (filter.Before is { } before)
        {
            parameters.AddTime(before.At);
            parameters.AddWithValue(before.Id);
        }
        parameters.AddWithValue(filter.Limit + 1);
    }

    // While an order is being sent it is shown as pending, and found as such.
    private static string OfStatus(string status) => status switch
    {
        OrderRow.Pending => "o.status in ('PENDING', 'SENDING')",
        OrderRow.Working or OrderRow.PartiallyFilled or OrderRow.Filled or OrderRow.Canceled or OrderRow.Rejected or OrderRow.Unknown =>
            $"o.status = '{status}'",
        _ => "false",
    };
}
