using TradeFlow.BrokerSdk;

namespace TradeFlow.SamplePlugins.Good;

/// <summary>A broker that wants a code, or a code and then a pin, and trusts the device from then on: 123456 and 0000 are right.</summary>
internal static class SecondFactor
{
    private const string Asked = "asked";
    private const string Device = "device";

    /// <returns>What is still wanted, or <c>null</c> when the device is trusted.</returns>
    public static async Task<ConnectOutcome?> AskAsync(
        ConnectRequest request, IConnectorContext context, string behaviour, CancellationToken ct)
    {
        if (await context.State.GetAsync(Device, ct) is not null) return null;
        switch (await context.State.GetAsync(Asked, ct))
        {
            case "code" when !Is(request, "code", "123456"):
                return new ConnectOutcome.Failed([new FieldProblem("code", "This code is wrong or too old.")]);
            case "code" when behaviour == "needs-steps": return await NextAsync(context, "pin", Pin, null, ct);
            case "pin" when !Is(request, "pin", "0000"):
                return new ConnectOutcome.Failed([new FieldProblem("", "The broker did not take it.")]);
            case null: return await NextAsync(context, "code", Code, "We have sent a code to the phone that ends in 42.", ct);
            default:
                await context.State.SetAsync(Asked, null, ct);
                await context.State.SetAsync(Device, "trusted", ct);
                return null;
        }
    }

    private static FormField Code => new() { Key = "code", Label = "Code from your phone", Pattern = "[0-9]{6}", Help = "Six digits.",
        Autocomplete = "one-time-code", InputMode = "numeric" };

    private static FormField Pin => new() { Key = "pin", Label = "Trading pin", Type = "password", Secret = true };

    private static async Task<ConnectOutcome> NextAsync(
        IConnectorContext context, string name, FormField field, string? notice, CancellationToken ct)
    {
        await context.State.SetAsync(Asked, name, ct);
        return new ConnectOutcome.NeedsStep([field]) { Notice = notice };
    }

    private static bool Is(ConnectRequest request, string key, string right) =>
        request.Answers.TryGetValue(key, out var answer) && answer.Reveal() == right;
}
