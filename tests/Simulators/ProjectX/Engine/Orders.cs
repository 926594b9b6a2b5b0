namespace TradeFlow.Simulators.ProjectX.Engine;

/// <summary>
/// Orders on netting accounts: one position per contract, bracket legs that wait for their entry and take each other away. Callers hold the
/// world's gate.
/// </summary>
internal sealed partial class Orders(World world)
{
    private readonly OrderRules rules = new(world);

    public Reply Place(SimUser user, OrderRequest request, string kind = "open")
    {
        if (Owned(user, request.AccountId) is not { } account) return new Reply(PlaceCodes.AccountNotFound);
        if (world.FindContract(request.ContractId) is not { } contract) return new Reply(PlaceCodes.ContractNotFound);
        if (!contract.Active) return new Reply(PlaceCodes.ContractNotActive);
        if (!account.CanTrade) return new Reply(PlaceCodes.AccountViolation, "Account is not allowed to trade.");
        if (request.CustomTag is { } tag && account.Tags.Contains(tag)) return new Reply(PlaceCodes.OrderRejected,
            "Custom tag must be unique for the account.");

        var order = New(account, contract, request);
        if (world.Faults.Take("reject", "PLACE_ORDER", account) is { } fault)
            return Reject(order, fault.Text ?? "Order rejected by the exchange.", fault.Status ?? PlaceCodes.OrderRejected);
        if (rules.Refusal(request, contract) is { } words) return Reject(order, words, PlaceCodes.OrderRejected);
        // What a contract asks for during the day is not documented; a hundred ticks of it stop the absurd.
        if (request.Size * contract.Product.TickValue * 100 > account.Balance) return Reject(order, null, PlaceCodes.InsufficientFunds);

        if (request.CustomTag is { } unique) account.Tags.Add(unique);
        world.Book(order, kind);
        AddLeg(order, request.StopLoss);
        AddLeg(order, request.TakeProfit);
        if (world.Faults.Take("visible_after_ms", "PLACE_ORDER", account)?.Ms is { } lag)
            order.VisibleAt = order.Created.AddMilliseconds(lag);
        if (world.Faults.Take("partial_fill", "PLACE_ORDER", account) is { } partial)
            (order.PartialRatio, order.RestAfterMs) = (partial.Ratio ?? 0.5m,
                partial.Ms ?? 1000);
        var wait = world.Faults.Take("fill_delay_ms", "PLACE_ORDER", account)?.Ms ?? world.Switches.FillDelayMs;
        if (wait > 0) order.FillAt = world.Now.AddMilliseconds(wait);
        Work(order);
        return world.Faults.Take("pending_after", "PLACE_ORDER", account) is null
            ? Reply.Ok(order.Id) : new Reply(PlaceCodes.OrderPending, null, order.Id);
    }

    public Reply Cancel(SimUser user, int accountId, long orderId)
    {
        if (Owned(user, accountId) is not { } account) return new Reply(1);
        if (world.Faults.Take("reject", "CANCEL_ORDER", account) is { } fault) return new Reply(fault.Status ?? 3, fault.Text);
        if (account.Orders.Find(order => order.Id == orderId) is not { } order) return new Reply(2);
        if (order.Status is not (Status.Open or Status.Pending or Status.Suspended)) return new Reply(5);
        End(order, Status.Cancelled);
        foreach (var leg in order.Legs.Where(leg => leg.Status is Status.Suspended)) End(leg, Status.Cancelled);
        return Reply.Ok();
    }

    public Reply Modify(SimUser user, int accountId, long orderId, int? size, decimal? limitPrice, decimal? stopPrice, decimal? trailPrice)
    {
        if (Owned(user, accountId) is not { } account) return new Reply(1);
        if (account.Orders.Find(order => order.Id == orderId) is not { } order) return new Reply(2);
        if (order.Status is not (Status.Open or Status.Pending or Status.Suspended)) return new Reply(3, "Order is not working.");
        if (size is <= 0 || size < order.FillVolume) return new Reply(3, "invalid order size specified");
        order.Size = size ?? order.Size;
        order.LimitPrice = limitPrice ?? order.LimitPrice;
        order.StopPrice = stopPrice ?? order.StopPrice;
        order.TrailPrice = trailPrice ?? order.TrailPrice;
        Tell(order);
        Try(order);
        return Reply.Ok();
    }

    /// <summary>Flattens the contract with a market order. Legs of brackets keep working, as they do there.</summary>
    public Reply Close(SimUser user, int accountId, string contractId, int? size)
    {
        var partial = size is not null;
        if (Owned(user, accountId) is not { } account) return new Reply(1);
        if (world.FindContract(contractId) is not { } contract) return new Reply(3);
        if (!account.Positions.TryGetValue(contract.Id, out var position)) return new Reply(2);
        if (size is <= 0 || size > position.Size) return new Reply(5);
        var operation = partial ? "PARTIAL_CLOSE" : "CLOSE_CONTRACT";
        if (world.Faults.Take("reject", operation, account) is { } fault) return new Reply(fault.Status ?? (partial ? 6 : 5), fault.Text);
        if (!world.IsOpen) return new Reply(partial ? 6 : 5, "Outside of trading hours");

        var order = New(account, contract,
            new OrderRequest { AccountId = accountId, ContractId = contractId, Type = OrderTypes.Market, Side = position.Long ? 1 : 0,
                Size = size ?? position.Size });
        world.Book(order, "close");
        if (world.Faults.Take("close_lingers_ms", operation, account)?.Ms is { } linger) order.FillAt = world.Now.AddMilliseconds(linger);
        Work(order);
        return world.Faults.Take("pending_after", operation, account) is null ? Reply.Ok() : new Reply(partial ? 7 : 6);
    }

    private static SimAccount? Owned(SimUser user, int accountId) => user.Accounts.Find(account => account.Id == accountId);

    private SimOrder New(SimAccount account, Contract contract, OrderRequest request)
    {
        var quote = world.Prices[contract.Product.Ticker];
        var order = new SimOrder
        {
            Id = world.NextOrder(),
            Account = account,
            Contract = contract,
            Type = request.Type,
            Side = request.Side,
            Created = world.Now,
            Updated = world.Now,
            CustomTag = request.CustomTag,
            Size = request.Size,
            LimitPrice = request.Type switch { OrderTypes.Limit => request.LimitPrice, OrderTypes.JoinBid =>
                quote.Bid, OrderTypes.JoinAsk => quote.Ask,
                _ => null },
            StopPrice = request.Type is OrderTypes.Stop ? request.StopPrice : null,
            TrailPrice = request.Type is OrderTypes.TrailingStop ? request.TrailPrice : null,
        };
        account.Orders.Add(order);
        world.Broadcast.Order(order);
        return order;
    }

    private static void AddLegTo(SimOrder parent, SimOrder leg)
    {
        parent.Legs.Add(leg);
        parent.Account.Orders.Add(leg);
    }

    private void AddLeg(SimOrder parent, Bracket? bracket)
    {
        if (bracket is null) return;
        AddLegTo(parent, new SimOrder
        {
            Id = world.NextOrder(),
            Account = parent.Account,
            Contract = parent.Contract,
            Type = bracket.Type,
            Side = 1 - parent.Side,
            Created = world.Now,
            Updated = world.Now,
            Parent = parent,
            Size = parent.Size,
            BracketTicks = bracket.Ticks,
            Status = Status.Suspended,
            VisibleAt = parent.VisibleAt,
        });
        world.Broadcast.Order(parent.Legs[^1]);
    }

    private Reply Reject(SimOrder order, string? words, int code)
    {
        End(order, Status.Rejected);
        return new Reply(code, words, order.Id);
    }

    private void End(SimOrder order, Status status)
    {
        order.Status = status;
        Tell(order);
    }

    private void Tell(SimOrder order)
    {
        order.Updated = world.Now;
        world.Broadcast.Order(order);
    }
}
