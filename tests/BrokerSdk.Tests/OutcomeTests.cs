using System.Net.Sockets;

namespace TradeFlow.BrokerSdk.Tests;

public sealed class OutcomeTests
{
    [Theory]
    [InlineData(HttpRequestError.ConnectionError)]
    [InlineData(HttpRequestError.NameResolutionError)]
    [InlineData(HttpRequestError.SecureConnectionError)]
    public void Only_what_precedes_the_request_proves_that_it_was_not_sent(HttpRequestError error) =>
        HttpOutcome.From(new HttpRequestException(error)).ShouldBeOfType<OrderOutcome.NotSent>();

    [Fact]
    public void Everything_else_is_unknown()
    {
        var proven =
            new[] { HttpRequestError.ConnectionError, HttpRequestError.NameResolutionError, HttpRequestError.SecureConnectionError };
        foreach (var error in Enum.GetValues<HttpRequestError>().Except(proven))
            HttpOutcome.From(new HttpRequestException(error)).ShouldBeOfType<OrderOutcome.Unknown>(error.ToString());
        foreach (var exception in new Exception[] { new TaskCanceledException(), new OperationCanceledException(), new IOException(),
            new SocketException(), new TimeoutException(), new FormatException() })
            HttpOutcome.From(exception).ShouldBeOfType<OrderOutcome.Unknown>(exception.GetType().Name);
    }

    [Fact]
    public void What_the_host_kept_back_was_not_sent() =>
        HttpOutcome.From(new RequestNotSentException("The limit is used up.")).ShouldBe(new OrderOutcome.NotSent("The limit is used up."));

    [Fact]
    public void A_secret_prints_as_stars()
    {
        var secret = new Secret<string>("hunter2");

        $"{secret}".ShouldBe("***");
        secret.Reveal().ShouldBe("hunter2");
        new { Password = secret }.ToString().ShouldNotBeNull().ShouldNotContain("hunter2");
    }
}
