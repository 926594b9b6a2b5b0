using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace TradeFlow.BrokerSdk.Tests.Parts;

public sealed class HttpPartsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 2, 8, 0, 0, TimeSpan.Zero);

    public static TheoryData<Exception, ConnectorErrorKind> Failures => new()
    {
        { new RequestNotSentException("the limit"), ConnectorErrorKind.RateLimited },
        { new HttpRequestException(HttpRequestError.ConnectionError), ConnectorErrorKind.Unreachable },
        { new HttpRequestException(HttpRequestError.ResponseEnded), ConnectorErrorKind.Transient },
        { new ObjectDisposedException("session"), ConnectorErrorKind.Transient },
        { new TaskCanceledException(), ConnectorErrorKind.Transient },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task What_the_stack_throws_becomes_a_kind(Exception thrown, ConnectorErrorKind kind) =>
        (await Should.ThrowAsync<ConnectorException>(() => HttpFailures.InWordsAsync<int>("Acme", () => throw thrown, default))).Kind
            .ShouldBe(kind);

    [Fact]
    public async Task A_caller_that_gives_up_hears_its_own_cancellation() =>
        await Should.ThrowAsync<OperationCanceledException>(
            () => HttpFailures.InWordsAsync<int>("Acme", () => throw new TaskCanceledException(), new CancellationToken(canceled: true)));

    [Theory]
    [InlineData("30", 30)]
    [InlineData("Mon, 02 Nov 2026 08:01:00 GMT", 60)]
    [InlineData("Mon, 02 Nov 2026 07:59:00 GMT", 0)]
    [InlineData("soon", null)]
    [InlineData(null, null)]
    public void Retry_after_is_seconds_or_a_date(string? header, int? seconds)
    {
        using var response = new HttpResponseMessage();
        if (header is not null) response.Headers.TryAddWithoutValidation("Retry-After", header);

        RetryAfter.Of(response, new FakeTimeProvider(Now)).ShouldBe(seconds is { } told ? TimeSpan.FromSeconds(told) : null);
    }

    [Theory]
    [InlineData("""{"exp":1793606400}""", 1793606400)]
    [InlineData("""{"exp":1793606400.7}""", 1793606400)]
    [InlineData("""{"exp":"tomorrow"}""", null)]
    [InlineData("""{"exp":1e300}""", null)]
    [InlineData("""{"sub":"ann"}""", null)]
    [InlineData("[]", null)]
    [InlineData("no json", null)]
    public void A_token_tells_when_it_ends_or_nothing(string claims, int? seconds) =>
        JwtExpiry.Of($"e30.{System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.c2ln")
            .ShouldBe(seconds is { } told ? DateTimeOffset.FromUnixTimeSeconds(told) : null);

    [Theory]
    [InlineData("opaque")]
    [InlineData("a.b")]
    [InlineData("..")]
    [InlineData("a.%%%.c")]
    public void What_is_no_such_token_tells_nothing(string token) => JwtExpiry.Of(token).ShouldBeNull();

    [Fact]
    public void Sessions_of_one_user_share_what_lives_and_another_password_shares_nothing()
    {
        var logins = new SharedLogins<object>();
        var (demo, live) = (new Uri("https://demo.example"), new Uri("https://live.example"));
        var shared = logins.For(CredentialFingerprint.Of(demo, "ann", "one"), () => new object());

        logins.For(CredentialFingerprint.Of(demo, "ann", "one"), () => new object()).ShouldBeSameAs(shared);
        logins.For(CredentialFingerprint.Of(demo, "ann", "two"), () => new object()).ShouldNotBeSameAs(shared);
        logins.For(CredentialFingerprint.Of(live, "ann", "one"), () => new object()).ShouldNotBeSameAs(shared);
        GC.KeepAlive(shared);
    }
}
