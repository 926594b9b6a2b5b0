namespace TradeFlow.Platform.Kernel;

public readonly record struct TenantId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

public readonly record struct UserId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

public readonly record struct AccountId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

public readonly record struct WebhookId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

public readonly record struct OrderId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

public readonly record struct StrategyId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

public readonly record struct PositionId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>Makes version 7 ids, which sort by the time of the injected clock.</summary>
public static class NewId
{
    public static Guid At(TimeProvider clock) => Guid.CreateVersion7(clock.GetUtcNow());
}
