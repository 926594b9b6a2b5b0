using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Access;

/// <summary>
/// Every route of the Api, called as everybody who may and who may not, with ids of the tenant, of another one, of nobody, and with what is
/// no id.
/// </summary>
[Trait("Control", "T2")]
public sealed partial class RouteMatrixTests(AccessScene scene) : IClassFixture<AccessScene>
{
    public static TheoryData<string> Callers => new("nobody", "api key", "viewer", "trader", "owner", "stale owner", "token read",
        "token trade", "token admin", "admin", "stale admin", "admin without factor", "token of admin");

    [Fact]
    [Trait("Control", "A6")]
    [Trait("Control", "A7")]
    public void Every_route_is_in_the_table_and_guarded_as_the_table_says()
    {
        var routes = scene.Api.Factory.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(route => (route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
                .Select(method => $"{method} {Plain(route.RoutePattern.RawText!)} {GuardOf(route)}")).ToList();
        var listed = RouteTable.Rows.Select(row => $"{row.Method} {Plain(row.Route)} {GuardOf(row)}").ToList();

        routes.Except(listed).ShouldBeEmpty("give each new route its row in RouteTable");
        listed.Except(routes).ShouldBeEmpty("no such route, or its guard is another");
        RouteTable.Rows.Where(row => row.Access == Door.Admin && row.Proof != Proof.Always).ShouldBeEmpty();
    }

    [Theory]
    [Trait("Control", "K3")]
    [Trait("Control", "A6")]
    [MemberData(nameof(Callers))]
    public async Task Each_route_lets_in_whom_it_should(string caller)
    {
        List<string> wrong = [];
        foreach (var row in RouteTable.Rows.Where(row => row.Access is not Door.Open and not Door.Key))
        {
            // About things that nobody has: whoever is let in changes nothing.
            var (path, body) = scene.CallOf(row, real: false);
            var answer = await SendAsync(scene.Callers[caller], row, path, body);
            var (expected, got) = (ExpectedOf(caller, row), (Status: (int)answer.Status, answer.Code));
            var isRight = expected is { } refusal ? got == refusal : got.Status != 500
                && got.Code is not ("auth.unauthenticated" or "auth.forbidden" or "auth.confirm_required" or "auth.second_factor_required");
            if (!isRight) wrong.Add($"{row.Method} {path} as {caller}: {got}, and not {expected?.ToString() ?? "let in"}");
        }
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_another_tenant_has_is_as_if_it_were_not_there_and_stays_as_it_is()
    {
        var before = await scene.FingerprintAsync();
        before.ShouldNotBeNullOrEmpty();
        List<string> wrong = [];
        var asked = 0;
        foreach (var row in RouteTable.Rows.Where(
            row => row.Access is not Door.Open and not Door.Key && AccessScene.HasId(row.Route + row.More)))
        {
            var (path, body) = scene.CallOf(row, real: true);
            var foreign = await SendAsync(scene.Stranger, row, path, body);
            (path, body) = scene.CallOf(row, real: false);
            var unknown = await SendAsync(scene.Stranger, row, path, body);
            asked++;
            if (Told(foreign) != Told(unknown)) wrong.Add($"{row.Method} {row.Route}: {Told(foreign)} tells it from {Told(unknown)}");
            if (NamesAThing(row) && foreign.Status != HttpStatusCode.NotFound) wrong.Add($"{row.Method} {row.Route}: {Told(foreign)}");
            if (!AccessScene.HasId(row.Route)) continue;
            var malformed = await SendAsync(scene.Stranger, row, IdOf().Replace(path, "not-an-id"), body);
            if ((int)malformed.Status >= 500 || malformed.Message.IsSuccessStatusCode)
                wrong.Add($"{row.Method} {row.Route} with what is no id: {malformed}");
        }

        wrong.ShouldBeEmpty();
        asked.ShouldBeGreaterThan(40);
        (await scene.FingerprintAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task The_things_of_the_tenant_are_there_for_its_owner()
    {
        foreach (var row in RouteTable.Rows.Where(row => row is { Method: "GET", Access: Door.Read } && NamesAThing(row)
            && !row.Route.EndsWith("/agent", StringComparison.Ordinal)
            && !row.Route.EndsWith("/resolve", StringComparison.Ordinal)))
            (await scene.Owner.GetAsync(scene.CallOf(row, real: true).Path)).Status.ShouldBe(HttpStatusCode.OK, row.Route);
        foreach (var (list, one) in new[]
        {
            ("/api/positions", "{position}"), ("/api/user/tokens", "{token}"), ("/api/user/passkeys", "{passkey}"),
            ("/api/tenant/invitations", "{invitation}"), ("/api/tenant/members", "{member}"), ("/api/analytics/trades", "{trade}"),
            ("/api/notifications", "{notification}")
        })
            (await scene.Owner.GetAsync(list)).Json.GetRawText()
                .ShouldContain(scene.CallOf(new RouteRow("GET", one, Door.Read, Proof.No, ""), real: true).Path);
    }

    // An administrator sees every tenant, and a filter by what nobody has finds an empty list.
    private static bool NamesAThing(RouteRow row) =>
        row.Access != Door.Admin && row.Proof != Proof.Sometimes && IsThing().IsMatch(row.Route);

    private static (int Status, string? Code)? ExpectedOf(string caller, RouteRow row)
    {
        if (caller is "nobody" or "api key") return (401, "auth.unauthenticated");
        var isProgram = caller.StartsWith("token", StringComparison.Ordinal);
        if (row.Access == Door.Admin)
            return caller switch
            {
                "admin" => null,
                "stale admin" => (403, "auth.confirm_required"),
                "admin without factor" => (403, "auth.second_factor_required"),
                "token of admin" => (403, "auth.forbidden"),
                _ => (404, "not_found"),
            };
        var mayNot = row.Access switch
        {
            Door.Person => isProgram,
            Door.OwnerPerson => isProgram || caller is "viewer" or "trader",
            Door.Trade => caller is "viewer" or "token read",
            Door.Owner => caller is "viewer" or "trader" or "token read" or "token trade",
            _ => false,
        };
        if (mayNot || (isProgram && row.Proof == Proof.Always)) return (403, "auth.forbidden");
        return row.Proof == Proof.Always && caller.StartsWith("stale", StringComparison.Ordinal) ? (403, "auth.confirm_required") : null;
    }

    private static string GuardOf(RouteEndpoint route)
    {
        var policies = route.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy).ToList();
        var proof = route.Metadata.GetMetadata<FreshProofNeeded>() switch { null => Proof.No, { Always: true } => Proof.Always, _ =>
            Proof.Sometimes };
        // Whoever passes another policy passes this one too.
        if (policies.Count > 1) policies.Remove(TradeFlowPolicies.Read);
        return $"{(policies.Count == 0 || route.Metadata.GetMetadata<IAllowAnonymous>() is not null ? "nobody" : string.Concat(policies))} {proof}";
    }

    private static string GuardOf(RouteRow row) =>
        $"{(row.Access is Door.Open or Door.Key ? "nobody" : row.Access.ToString().ToLowerInvariant())} {row.Proof}";

    private static Task<Answer> SendAsync(Person caller, RouteRow row, string path, string body) =>
        caller.SendAsync(new HttpMethod(row.Method), path, row.Method == "GET" ? null : body,
            caller.AccessToken.Length > 0 ? caller.AccessToken : null);

    // Without what differs from one call to the next.
    private static string Told(Answer answer) => $"{(int)answer.Status} " + Volatile().Replace(
        answer.Json.ValueKind == System.Text.Json.JsonValueKind.Undefined ? "" : answer.Json.GetRawText(), "");

    private static string Plain(string route) => "/" + AnyParameter().Replace(route.Trim('/'), "{}");

    [GeneratedRegex("{[^}]*}")]
    private static partial Regex AnyParameter();

    [GeneratedRegex("{(account|token|passkey|session|app|strategy|activation|member|invitation|webhook|order|position|trade)}")]
    private static partial Regex IsThing();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f-]{27}")]
    private static partial Regex IdOf();

    [GeneratedRegex("""[0-9a-f]{8}-[0-9a-f-]{27}|"(trace_id|request_id)":"[^"]*"|\d{4}-\d\d-\d\dT[^"]*""")]
    private static partial Regex Volatile();
}
