using System.Collections.Concurrent;
using System.Text.Json;
using Orleans;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Accounts;

/// <summary>An Api with one broker in its catalogue, whose log-ins this double answers in the Worker's place.</summary>
public sealed class ScriptedBroker : ApiFixture, IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, int> reached = new(StringComparer.Ordinal);

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        await AddBrokerAsync("acme", "1.2.3", Manifest);
    }

    protected override IGrainFactory? Grains =>
        FakeGrains.Of((_, _) => Desk.Of(question => Task.FromResult<BrokerAnswer?>(Answer(question))));

    public static object Form(string email, string password = "one account") => new { email, password, server = "ACME-1", mode = "demo" };

    public static async Task<Answer> ConnectAsync(Person person, string? email = null)
    {
        var answer = await person.PostAsync("/register/acme", Form(email ?? Person.NewEmail()));
        answer.Status.ShouldBe(System.Net.HttpStatusCode.Created, answer.Json.ToString());
        return answer;
    }

    private string Connect(string json, TenantId tenant) =>
        // written by the Api
        JsonSerializer.Serialize(AnswerTo(JsonSerializer.Deserialize(json, ConnectorsJson.Default.ConnectRequestBody)!, tenant),
            ConnectorsJson.Default.ConnectAnswer);

    /// <summary>How often anybody asked the broker about the login.</summary>
    public int LogInsOf(string email) => reached.GetValueOrDefault(email);

    /// <summary>How often the desks were listed.</summary>
    public int Listed { get; private set; }

    // What was typed comes back as a choice, so that a test sees what arrived.
    private BrokerAnswer ListDesks(string json)
    {
        Listed++;
        var asked = JsonSerializer.Deserialize(json, ConnectorsJson.Default.OptionsRequestBody)!; // written by the Api
        if (asked.Typed.GetValueOrDefault("email") is { } email) reached.AddOrUpdate(email, 1, (_, before) => before + 1);
        if (asked.Typed.GetValueOrDefault("server") == "AWAY") return new BrokerAnswer(true,
            JsonSerializer.Serialize(new JobFailure("Unreachable", "The broker is down."), ConnectorsJson.Default.JobFailure));
        FieldOption[] options = [new() { Value = "fx", Label = "Currencies" },
            .. asked.Typed.Select(entry => new FieldOption { Value = $"{asked.Mode} {entry.Key}={entry.Value}" })];
        return new BrokerAnswer(false, JsonSerializer.Serialize(new OptionsFound(options), ConnectorsJson.Default.OptionsFound));
    }

    // The password says what the broker does; the e-mail address is in the account's id, so that each test has accounts of its own.
    private ConnectAnswer AnswerTo(ConnectRequestBody request, TenantId tenant)
    {
        var (email, password) = (request.Credentials["email"], request.Credentials["password"]);
        reached.AddOrUpdate(email.ToLowerInvariant(), 1, (_, before) => before + 1);
        if (password == "wrong" || password.StartsWith("guess", StringComparison.Ordinal)) return new ConnectAnswer
        {
            Outcome = ConnectAnswer.CredentialsRejected, Problems = [new FieldProblem("password", "The broker refused this password.")]
        };
        if (password.StartsWith("step", StringComparison.Ordinal) && request.Step is not { Fields: null }
            && SecondFactor(request, tenant) is { } asked)
            return asked;
        if (password == "away") return new ConnectAnswer { Outcome = ConnectAnswer.Unreachable, Message = "The broker did not answer." };
        List<BrokerAccount> accounts = [new() { Id = "A-" + email, Name = "First", Currency = "USD", Balance = 1000.5m }];
        if (password is not ("one account" or "step"))
            accounts.Add(new() { Id = "B-" + email, Name = "Second", Currency = "EUR", Balance = 7m });
        var chosen = accounts.Count == 1 ? accounts[0] : accounts.FirstOrDefault(account => account.Id == request.BrokerAccountId);
        return chosen is null
            ? new ConnectAnswer { Outcome = ConnectAnswer.ChooseAccount, Accounts = accounts, Continuation = Trusted(request, tenant) }
            : new ConnectAnswer
            {
                Outcome = ConnectAnswer.Connected, Accounts = accounts, Account = chosen, Continuation = Trusted(request, tenant)
            };
    }

    // The code is what the browser hands back unread: it is asked for in one step and looked at in the next.
    private ConnectAnswer? SecondFactor(ConnectRequestBody request, TenantId tenant)
    {
        var steps = Service<LogInSteps>();
        if (request.Step is null)
            return new ConnectAnswer { Outcome = ConnectAnswer.NeedsStep, Continuation = steps.Seal(tenant, steps.New(request) with
            {
                Fields = [Code], Notice = "Look at your phone.", State = new Dictionary<string, string> { ["sent"] = RightCode }
            }) };
        return request.Answers["code"] == request.Step.State["sent"]
            ? null
            : new ConnectAnswer { Outcome = ConnectAnswer.CredentialsRejected, Problems = [new FieldProblem("code",
                "This code is wrong.")], Continuation = steps.Seal(tenant, request.Step) };
    }

    private string? Trusted(ConnectRequestBody request, TenantId tenant) =>
        request.Step is null ? null : Service<LogInSteps>()
            .Seal(tenant, Service<LogInSteps>().New(request) with { State = new Dictionary<string, string> { ["device"] = "trusted" } });

    public const string RightCode = "739251";
    private static readonly FormField Code =
        new() { Key = "code", Label = "Code from your app", Pattern = "[0-9]{6}", Autocomplete = "one-time-code", InputMode = "numeric" };

    private BrokerAnswer Answer(BrokerQuestion question)
    {
        var tenant = new TenantId(question.Tenant);
        var json = Service<SecretBox>().OpenText(tenant, question.Sealed, question.SealedFor);
        return question.Kind == JobKinds.Options ? ListDesks(json) : new BrokerAnswer(false, Connect(json, tenant));
    }

    private const string Manifest = """
        {"slug":"acme","aliases":["acmepro"],"id":"app.example.acme","name":"Acme","version":"1.2.3","sdk":"^1.0","entryAssembly":"Acme.dll",
         "environments":[{"mode":"demo","label":"Demo"},{"mode":"live","label":"Live"},{"mode":"sim","label":"Simulator","developmentOnly":true}],
         "capabilities":{"orderTypes":["market"],"positionMode":"hedging","quantityUnit":"lots","stream":"poll"},"clientOrderId":{"mode":"echoed"},"lookup":{},
         "connect":{"loginField":"email","fields":[
           {"key":"email","label":"E-mail","type":"email","required":true,"maxLength":100},
           {"key":"password","label":"Password","type":"password","secret":true,"required":true,"maxLength":100},
           {"key":"server","label":"Server","pattern":"[A-Z0-9-]{2,20}","help":"The name that the broker mailed you.","required":true,"maxLength":50},
           {"key":"desk","label":"Desk","type":"select","required":false,"optionsSource":"desks","pattern":"[a-z ]+","help":"As in your contract.","maxLength":20},
           {"key":"leverage","label":"Leverage","type":"number","min":1,"max":30,"visibleWhen":{"field":"mode","in":["live"]}}]}}
        """;
}
