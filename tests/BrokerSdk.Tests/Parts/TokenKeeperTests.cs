using Microsoft.Extensions.Time.Testing;
using TradeFlow.Tests.Shared.Connectors;

namespace TradeFlow.BrokerSdk.Tests.Parts;

public sealed class TokenKeeperTests
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 2, 8, 0, 0, TimeSpan.Zero));
    private readonly Keeper keeper = new();
    private readonly IConnectorContext lender;

    public TokenKeeperTests() => lender = new DeskContext(new Memory(), new Dictionary<string, Secret<string>>(), ByClock: clock);

    [Fact]
    public async Task All_who_wait_share_one_log_in()
    {
        var answer = new TaskCompletionSource<BrokerToken>();
        keeper.Next = () => answer.Task;

        var asked = Enumerable.Range(0, 8).Select(_ => keeper.TokenAsync(lender, default).AsTask()).ToList();
        answer.SetResult(Token("one"));

        (await Task.WhenAll(asked)).ShouldAllBe(token => token == "one");
        keeper.Fetched.ShouldBe(1);
    }

    [Fact]
    public async Task Who_gives_up_does_not_end_the_log_in_of_the_others()
    {
        var answer = new TaskCompletionSource<BrokerToken>();
        keeper.Next = () => answer.Task;
        using var impatient = new CancellationTokenSource();

        var first = keeper.TokenAsync(lender, impatient.Token).AsTask();
        var second = keeper.TokenAsync(lender, default).AsTask();
        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        answer.SetResult(Token("one"));

        (await second).ShouldBe("one");
        keeper.Fetched.ShouldBe(1);
    }

    [Fact]
    public async Task A_token_is_renewed_before_its_end_and_used_on_while_it_cannot_be()
    {
        keeper.Next = () => Task.FromResult(Token("one"));
        (await keeper.TokenAsync(lender, default)).ShouldBe("one");
        keeper.Next = () => throw new ConnectorException("away");
        clock.Advance(Life - TimeSpan.FromMinutes(4));

        (await keeper.TokenAsync(lender, default)).ShouldBe("one");
        (await keeper.TokenAsync(lender, default)).ShouldBe("one");
        keeper.Fetched.ShouldBe(2, "what failed is tried again after a minute, not with each request");

        clock.Advance(TimeSpan.FromMinutes(1));
        keeper.Next = () => Task.FromResult(Token("two"));
        (await keeper.TokenAsync(lender, default)).ShouldBe("two");
    }

    [Fact]
    public async Task A_token_that_has_ended_is_not_used()
    {
        keeper.Next = () => Task.FromResult(Token("one"));
        (await keeper.TokenAsync(lender, default)).ShouldBe("one");
        keeper.Next = () => throw new ConnectorException("away");
        clock.Advance(Life);

        (await Should.ThrowAsync<ConnectorException>(() => keeper.TokenAsync(lender, default).AsTask())).Message.ShouldBe("away");
    }

    [Fact]
    public async Task A_refused_token_is_fetched_anew_once()
    {
        keeper.Next = () => Task.FromResult(Token("one"));
        (await keeper.TokenAsync(lender, default)).ShouldBe("one");
        keeper.Next = () => Task.FromResult(Token("two"));

        (await keeper.RenewAsync("one", lender, default)).ShouldBe("two");
        (await keeper.RenewAsync("one", lender, default)).ShouldBe("two", "another request was turned away with the same token");
        keeper.Fetched.ShouldBe(2);
        keeper.WasRefused.ShouldBe([false, true]);
    }

    [Fact]
    public async Task Credentials_that_were_refused_are_not_tried_again()
    {
        keeper.Next = () => throw new ConnectorException(ConnectorErrorKind.Authentication, "wrong password");
        await Should.ThrowAsync<ConnectorException>(() => keeper.TokenAsync(lender, default).AsTask());

        var again = await Should.ThrowAsync<ConnectorException>(() => keeper.TokenAsync(lender, default).AsTask());
        (again.Kind, again.Message, keeper.Fetched).ShouldBe((ConnectorErrorKind.Authentication, "wrong password", 1));

        keeper.LoggedIn(Token("typed anew"));
        (await keeper.TokenAsync(lender, default)).ShouldBe("typed anew");
    }

    [Theory]
    [InlineData(60, 55)]
    [InlineData(8, 6)]
    public void A_short_life_has_a_short_margin(int minutes, int renewed)
    {
        var now = clock.GetUtcNow();
        BrokerToken.Of("t", now, now + TimeSpan.FromMinutes(minutes), TimeSpan.FromMinutes(5)).RenewAt
            .ShouldBe(now + TimeSpan.FromMinutes(renewed));
    }

    [Fact]
    public void A_token_does_not_print() => Token("secret").ToString().ShouldNotContain("secret");

    private BrokerToken Token(string value) => BrokerToken.Of(value, clock.GetUtcNow(), clock.GetUtcNow() + Life, TimeSpan.FromMinutes(5));

    private sealed class Keeper : TokenKeeper
    {
        public Func<Task<BrokerToken>> Next { get; set; } = () => throw new InvalidOperationException();
        public int Fetched { get; private set; }
        public List<bool> WasRefused { get; } = [];

        public void LoggedIn(BrokerToken token) => Keep(token);

        protected override Task<BrokerToken> FetchAsync(BrokerToken? held, bool isRefused, IConnectorContext lender, CancellationToken ct)
        {
            Fetched++;
            WasRefused.Add(isRefused);
            return Next();
        }
    }
}
