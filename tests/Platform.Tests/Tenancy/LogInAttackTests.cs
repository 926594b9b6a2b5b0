using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Tenancy;

/// <summary>Attacks on the log-in over real connections, with the hash that people's passwords have.</summary>
public sealed class LogInAttackTests(LogInAttackTests.Server server) : IClassFixture<LogInAttackTests.Server>
{
    /// <summary>Behind a proxy on this machine, so that a test may come from any address.</summary>
    public sealed class Server : ApiFixture, IAsyncLifetime
    {
        private WebApplicationFactory<Program> listening = null!; // set in InitializeAsync, before any test

        async ValueTask IAsyncLifetime.InitializeAsync()
        {
            await InitializeAsync();
            listening = NewServer(new() { ["Passwords:Iterations"] = null, ["Proxies:0"] = "127.0.0.1" });
        }

        public HttpClient From(string address)
        {
            var client = NewClient(listening);
            client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
            return client;
        }
    }

    [Fact]
    [Trait("Control", "A6")]
    public async Task Log_ins_without_the_code_do_not_let_wrong_codes_outrun_their_lock()
    {
        var ada = await Person.SignUpAsync(server, server.From("192.0.2.1"));
        var (secret, _) = await ada.TurnOnTwoFactorAsync();
        List<Answer> answers = [];

        for (var round = 0; round < 8; round++)
        {
            var bare = LogInTests.LogInAsync(ada, Person.Password);
            answers.AddRange(await Task.WhenAll(Enumerable.Range(0, 3)
                .Select(_ => LogInTests.LogInAsync(ada, Person.Password, Authenticator.WrongCode(secret)))));
            (await bare).Code.ShouldBeOneOf("auth.totp_required", "auth.locked");
        }

        answers.Count(answer => answer.Code == "auth.invalid_credentials").ShouldBe(10);
        answers.Count(answer => answer.Code == "auth.locked").ShouldBe(14);
    }

    [Fact]
    [Trait("Control", "A2")]
    public async Task Known_and_unknown_addresses_take_the_same_time()
    {
        const int pairs = 40;
        var client = server.From("192.0.2.2");
        var people = new List<Person>();
        for (var count = 0; count < pairs / 8; count++) people.Add(await Person.SignUpAsync(server, client));
        // One of each kind first: what is compiled at its first call costs neither of them.
        await TimeAsync(people[0]);
        await TimeAsync(new Person(client, Person.NewEmail()));

        var unknownWasSlower = 0;
        for (var pair = 0; pair < pairs; pair++)
        {
            var known = people[pair % people.Count];
            var unknown = new Person(client, Person.NewEmail());
            // Side by side in time and in changing order, so that what else the machine does meets both alike.
            var (first, second) = pair % 2 == 0 ? (known, unknown) : (unknown, known);
            var (one, other) = (await TimeAsync(first), await TimeAsync(second));
            if (pair % 2 == 0 ? other > one : one > other) unknownWasSlower++;
        }

        // With equal times each pair is a toss: of 40, fewer than 8 or more than 32 fall to one side once in 15,000 runs. Twice the hashes
        // for one of them would be 40 or 0.
        unknownWasSlower.ShouldBeInRange(8, 32);
    }

    [Fact]
    [Trait("Control", "A2")]
    public async Task One_block_of_addresses_does_not_starve_the_log_ins_of_others()
    {
        var ada = await Person.SignUpAsync(server, server.From("192.0.2.3"));
        var bob = await Person.SignUpAsync(server, server.From("192.0.2.4"));
        var device = (await LogInTests.LogInAsync(bob, Person.Password)).Cookie("tf_device")!.Split(';')[0];
        using var ending = new CancellationTokenSource();
        var tried = 0;
        var storm = Task.WhenAll(Enumerable.Range(0, 80).Select(async stranger =>
        {
            // Each from a /64 of its own within one /48.
            using var client = server.From($"2001:db8:1:{stranger:x}::7");
            while (!ending.IsCancellationRequested)
            {
                await LogInTests.LogInAsync(new Person(client, Person.NewEmail()), "a wrong password here");
                Interlocked.Increment(ref tried);
            }
        }));
        await Eventually.True(() => Volatile.Read(ref tried) > 100, TimeSpan.FromSeconds(60), "the storm is on");

        List<Answer> honest = [];
        for (var attempt = 0; attempt < 4; attempt++)
        {
            honest.Add(await LogInTests.LogInAsync(ada, Person.Password));
            honest.Add(await LogInTests.LogInAsync(bob, Person.Password, null, ("Cookie", device)));
            var email = Person.NewEmail();
            honest.Add(await new Person(server.From("192.0.2.5"), email).SendAsync(HttpMethod.Post, "/auth/signup",
                new { email, password = Person.Password, name = "New" }, null));
        }
        await ending.CancelAsync();
        await storm;

        honest.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK || answer.Status == HttpStatusCode.Created);
    }

    private static async Task<TimeSpan> TimeAsync(Person person)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = await LogInTests.LogInAsync(person, "a wrong password here");
        var took = Stopwatch.GetElapsedTime(started);
        answer.Code.ShouldBe("auth.invalid_credentials");
        return took;
    }
}
