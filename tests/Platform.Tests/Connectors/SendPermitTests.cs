using System.Net;
using System.Net.Sockets;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Http;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>
/// Nothing that trades leaves outside of the command that it belongs to, whatever a plugin does and wherever the process was stopped.
/// </summary>
public sealed class SendPermitTests : IDisposable
{
    private readonly RawServer server = new();
    private readonly HandClock clock = new();
    private readonly BrokerHttp http;

    public SendPermitTests() => http = Guards.Http(Guards.Manifest, server.Address);

    [Fact]
    public async Task Without_a_permit_no_order_leaves_and_reads_and_log_ins_do()
    {
        await KeptBackAsync(() => SendAsync(RequestClass.Order), "outside of a command");
        await KeptBackAsync(() => SendAsync(RequestClass.Cancel), "outside of a command");
        await KeptBackAsync(() => SendAsync(RequestClass.Unknown), "outside of a command");
        await KeptBackAsync(() => http.QueryAsync(Request(), RequestClass.Order, default), "outside of a command");
        server.Requests.ShouldBeEmpty();

        (await SendAsync(RequestClass.Auth)).Dispose();
        (await http.QueryAsync(Request(), RequestClass.Query, default)).Dispose();
        server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_permit_ends_at_its_time_with_the_lease_and_with_its_command()
    {
        var held = true;
        var permit = SendPermit.Give(clock, clock.GetTimestamp(), TimeSpan.FromSeconds(10), () => held);
        (await SendAsync(RequestClass.Order)).Dispose();

        held = false;
        await KeptBackAsync(() => SendAsync(RequestClass.Order), "Another worker");
        held = true;
        clock.Advance(TimeSpan.FromSeconds(10));
        await KeptBackAsync(() => SendAsync(RequestClass.Order), "time for the command was over");
        permit.Dispose();
        await KeptBackAsync(() => SendAsync(RequestClass.Order), "outside of a command");
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_permit_inside_another_lasts_no_longer_than_that()
    {
        var outer = Give(10);
        using var inner = Give(60);
        inner.Left.ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(10));
        (await SendAsync(RequestClass.Order)).Dispose();

        outer.Dispose();

        inner.Revoked.IsCancellationRequested.ShouldBeTrue();
        await KeptBackAsync(() => SendAsync(RequestClass.Order), "given up");
    }

    [Theory]
    [InlineData("task")]
    [InlineData("thread")]
    [InlineData("timer")]
    [InlineData("pool without flow")]
    [InlineData("queue of its own")]
    public async Task What_a_command_leaves_behind_sends_nothing_afterwards(string how)
    {
        var queue = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // Begun before any command, as a plugin begins a loop when it is connected.
        var ownQueue = SendAfterAsync(queue.Task);
        var given = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<HttpResponseMessage> left;
        using (Give(10))
        {
            left = how switch
            {
                "task" => Task.Run(() => SendAfterAsync(given.Task)),
                "thread" => OnThread(() => SendAfterAsync(given.Task)),
                "timer" => OnTimer(() => SendAfterAsync(given.Task)),
                "pool without flow" => WithoutFlow(() => SendAfterAsync(given.Task)),
                _ => ownQueue,
            };
        }

        // The lane has gone on: another command is under way when the one that was given up wakes.
        using var next = Give(10);
        given.SetResult();
        queue.SetResult();

        await Should.ThrowAsync<RequestNotSentException>(() => left);
        server.Requests.ShouldBeEmpty();
        (await SendAsync(RequestClass.Order)).Dispose();
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_a_command_starts_and_waits_for_may_send()
    {
        using var permit = Give(10);

        (await Task.Run(() => SendAsync(RequestClass.Order))).Dispose();

        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_stream_may_take_away_and_nothing_else()
    {
        var sent = new List<string>();
        var inner = new AnsweringConnector { Updates = ct => Cleans(sent) };
        var guard = Guards.Around(inner, http: http);

        await guard.StreamAsync(default).CountAsync();

        sent.ShouldBe(["Cancel OK", "Order Without a command only a cancel may be sent.", "Cancel OK"]);
        server.Requests.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public async Task The_last_look_is_after_the_connecting_and_before_the_first_byte(int headers)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var own = Guards.Http(Guards.Manifest, new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"));
        // Held when it is looked at first, lost while the connection is made: a process that was stopped there does not know how long.
        var looks = 0;
        using var permit = SendPermit.Give(clock, clock.GetTimestamp(), TimeSpan.FromSeconds(10),
            () => Interlocked.Increment(ref looks) == 1);
        var received = ReceiveAsync(listener);
        var request = new HttpRequestMessage(HttpMethod.Post,
            new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/orders"));
        request.Content = new StringContent("{\"side\":\"buy\"}");
        if (headers > 0) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + new string('x', headers));

        await KeptBackAsync(() => own.SendOnceAsync(request, RequestClass.Order, default), "Another worker");

        looks.ShouldBe(2);
        (await received).ShouldBe(0);
    }

    [Fact]
    public async Task The_body_and_its_headers_arrive_as_they_were_given()
    {
        using var permit = Give(10);
        var request = Request();
        request.Content = new StringContent("{\"side\":\"buy\"}", System.Text.Encoding.UTF8, "application/json");

        (await http.SendOnceAsync(request, RequestClass.Order, default)).Dispose();

        server.Bodies.ShouldHaveSingleItem().ShouldBe("{\"side\":\"buy\"}");
        server.Headers.ShouldContain("Content-Type: application/json; charset=utf-8");
        server.Headers.ShouldContain("Content-Length: 14");
    }

    [Fact]
    public async Task What_waits_in_a_buffer_when_a_request_is_given_up_does_not_arrive_later()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Server.ReceiveBufferSize = 4096;
        listener.Start();
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        using var own = Guards.Http(Guards.Manifest, address);
        using var permit = Give(60);
        using var giveUp = new CancellationTokenSource();
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(new byte[300_000]) };
        var sending = own.SendOnceAsync(request, RequestClass.Order, giveUp.Token);
        using var broker = await listener.AcceptTcpClientAsync();
        // All of it is out of the process, and waits for the broker to read.
        await Eventually.True(() => QueuedBytes(listener) > 200_000, TimeSpan.FromSeconds(10), "it waits in the kernel");

        await giveUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => sending);

        (await ReadAllAsync(broker)).ShouldBeLessThan(300_000);
    }

    // What Linux still holds back on the sender's side, by the port that it goes to.
    private static long QueuedBytes(TcpListener listener)
    {
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString("X4");
        return File.ReadLines("/proc/net/tcp").Concat(File.ReadLines("/proc/net/tcp6"))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns.Length > 4 && columns[2].EndsWith(':' + port, StringComparison.Ordinal))
            .Sum(columns => Convert.ToInt64(columns[4].Split(':')[0], 16));
    }

    private static async Task<long> ReadAllAsync(TcpClient broker)
    {
        long received = 0;
        try
        {
            var buffer = new byte[65536];
            while (await broker.GetStream().ReadAsync(buffer) is > 0 and var read) received += read;
        }
        catch (IOException)
        {
            // The connection was broken off.
        }
        return received;
    }

    private static async Task<long> ReceiveAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        return await ReadAllAsync(client);
    }

    private async IAsyncEnumerable<AccountUpdate> Cleans(List<string> sent)
    {
        foreach (var requestClass in new[] { RequestClass.Cancel, RequestClass.Order, RequestClass.Cancel })
        {
            await Task.Yield();
            try
            {
                using var answer = await SendAsync(requestClass);
                sent.Add($"{requestClass} {answer.StatusCode}");
            }
            catch (RequestNotSentException e)
            {
                sent.Add($"{requestClass} {e.Message}");
            }
            yield return new AccountUpdate.Heartbeat(DateTimeOffset.UtcNow);
        }
    }

    private async Task<HttpResponseMessage> SendAfterAsync(Task given)
    {
        await given;
        return await SendAsync(RequestClass.Order);
    }

    private static Task<T> OnThread<T>(Func<Task<T>> run)
    {
        var done = new TaskCompletionSource<Task<T>>();
        new Thread(() => done.SetResult(run())).Start();
        return done.Task.Unwrap();
    }

    private static Task<T> OnTimer<T>(Func<Task<T>> run)
    {
        var done = new TaskCompletionSource<Task<T>>();
        _ = new Timer(_ => done.TrySetResult(run()), null, 0, Timeout.Infinite);
        return done.Task.Unwrap();
    }

    private static Task<T> WithoutFlow<T>(Func<Task<T>> run)
    {
        using (ExecutionContext.SuppressFlow()) return Task.Run(run);
    }

    private static async Task KeptBackAsync(Func<Task<HttpResponseMessage>> send, string words)
    {
        var kept = await Should.ThrowAsync<RequestNotSentException>(send);
        kept.Message.ShouldContain(words);
        HttpOutcome.From(kept).ShouldBeOfType<OrderOutcome.NotSent>();
    }

    private static SendPermit Give(int seconds) =>
        SendPermit.Give(TimeProvider.System, TimeProvider.System.GetTimestamp(), TimeSpan.FromSeconds(seconds));

    private HttpRequestMessage Request() => new(HttpMethod.Post, server.Address);

    private Task<HttpResponseMessage> SendAsync(RequestClass requestClass) => http.SendOnceAsync(Request(), requestClass, default);

    public void Dispose()
    {
        http.Dispose();
        server.Dispose();
    }
}
