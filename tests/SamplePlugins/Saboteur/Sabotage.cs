using System.Net;
using System.Net.Sockets;
using TradeFlow.BrokerSdk;

namespace TradeFlow.SamplePlugins.Saboteur;

/// <summary>One thing done wrong. What is left alone is right.</summary>
internal sealed record Sabotage
{
    private static readonly Sabotage None = new();

    /// <summary>What is made of an answer to a command; <c>null</c> leaves it right.</summary>
    public Func<Answer, OrderOutcome?> Answered { get; init; } = _ => null;

    /// <summary>What is made of an exception of a command.</summary>
    public Func<Command, Exception, OrderOutcome?> Failed { get; init; } = (_, _) => null;

    /// <summary>After which exceptions a command is sent again.</summary>
    public Func<Command, Exception, bool> Retries { get; init; } = (_, _) => false;

    public Func<Toy, IBrokerConnector> Make { get; init; } = toy => new ToyConnector(toy);
    public bool HidesCancellation { get; init; }
    public bool Impatient { get; init; }
    public bool QueriesOrders { get; init; }
    public bool SaysNoClass { get; init; }
    public bool CallsElsewhere { get; init; }
    public bool Hammers { get; init; }
    public bool LogsPassword { get; init; }
    public bool AsksAnyway { get; init; }
    public bool LogsInAlone { get; init; }
    public bool ThrowsOnWrongPassword { get; init; }
    public bool BlamesCredentials { get; init; }
    public bool TakesAnyAccount { get; init; }
    public bool NamesNoAccount { get; init; }

    public static Sabotage Named(string name) => name.Length == 0 ? None : All[name];

    private static readonly Dictionary<string, Sabotage> All = new(StringComparer.Ordinal)
    {
        // Logging in.
        ["names no account"] = new() { NamesNoAccount = true },
        ["throws on a wrong password"] = new() { ThrowsOnWrongPassword = true },
        ["logs in for each request"] = new() { LogsInAlone = true },
        ["asks without credentials"] = new() { AsksAnyway = true },
        ["takes another account"] = new() { TakesAnyAccount = true },
        ["blames the credentials"] = new() { BlamesCredentials = true },
        ["logs the password"] = new() { LogsPassword = true },

        // What is made of an answer.
        ["reads 500 as a refusal"] = Refuses(Command.Place, HttpStatusCode.InternalServerError),
        ["reads 502 as a refusal"] = Refuses(Command.Place, HttpStatusCode.BadGateway),
        ["reads 429 as a refusal"] = Refuses(Command.Place, HttpStatusCode.TooManyRequests),
        ["reads 503 as unsent"] = new() { Answered = answer => answer is { Command: Command.Place,
            Status: HttpStatusCode.ServiceUnavailable } ? new OrderOutcome.NotSent("The broker is busy.") : null },
        ["reads 401 as a refusal"] = Refuses(Command.Place, HttpStatusCode.Unauthorized),
        ["reads 502 to a cancel as a refusal"] = Refuses(Command.Cancel, HttpStatusCode.BadGateway),
        ["reads 500 to a close as a refusal"] = Refuses(Command.Close, HttpStatusCode.InternalServerError),
        ["takes garbage for an acceptance"] = new() { Answered = answer => answer is { Command: Command.Place, Status: HttpStatusCode.OK }
            && answer.Body.Contains('%', StringComparison.Ordinal) ? new OrderOutcome.Accepted("0") : null },
        ["takes an empty answer for an acceptance"] = new() { Answered = answer =>
            answer is { Command: Command.Place, Status: HttpStatusCode.OK, Body: "" } ? new OrderOutcome.Accepted("0") : null },
        ["takes a page for a refusal"] = new() { Answered = answer => answer is { Command: Command.Place, Status: HttpStatusCode.OK,
            ContentType: "text/html" } ? new OrderOutcome.Rejected(RejectReason.Other, "", "Just a moment") : null },
        ["loses the broker's words"] = new()
        {
            Answered = answer => answer is { Command: Command.Place, Status: HttpStatusCode.UnprocessableEntity } && !answer.Body.Contains(
                "DUP", StringComparison.Ordinal) ? new OrderOutcome.Rejected(RejectReason.Other, "", "The order was rejected.") : null
        },

        // What is made of an exception.
        ["sends again after a timeout"] = new() { Retries = (command, e) => command is Command.Place && e is OperationCanceledException },
        ["sends again after a reset"] = new() { Retries = (command, e) => command is Command.Place && IsReset(e) },
        ["closes again after a reset"] = new() { Retries = (command, e) => command is Command.Close && IsReset(e) },
        ["calls a lost cancel done"] = new()
        {
            Failed = (command, e) => command is Command.Cancel && IsReset(e) ? new OrderOutcome.Accepted("0") : null
        },
        ["calls half an answer unsent"] = new() { Failed = (_, e) => IsHalf(e) ? new OrderOutcome.NotSent("Half a body.") : null },
        ["calls a cancelled call unsent"] = new() { HidesCancellation = true },
        ["doubts a refused connection"] = Doubts(Command.Place),
        ["doubts a refused connection of a cancel"] = Doubts(Command.Cancel),
        ["doubts a refused connection of a close"] = Doubts(Command.Close),
        ["doubts the host's limiter"] = new() { Failed = (command, e) => command is Command.Place && e is RequestNotSentException
            ? new OrderOutcome.Unknown("Kept back.") : null },

        // How requests are made.
        ["has no patience"] = new() { Impatient = true },
        ["sends orders as queries"] = new() { QueriesOrders = true },
        ["says no class"] = new() { SaysNoClass = true },
        ["calls elsewhere"] = new() { CallsElsewhere = true },
        ["hammers against a limit"] = new() { Hammers = true },

        // Members that are wrong.
        ["tells no unit"] = Is(toy => new TellsNoUnit(toy)),
        ["does not know its own symbol"] = Is(toy => new DoesNotKnowItsSymbol(toy)),
        ["finds something for anything"] = Is(toy => new FindsAnything(toy)),
        ["tells local time"] = Is(toy => new TellsLocalTime(toy)),
        ["calls an unknown symbol transient"] = Is(toy => new UnknownIsTransient(toy)),
        ["tells another currency"] = Is(toy => new OtherCurrency(toy)),
        ["drops our id"] = Is(toy => new DropsOurId(toy)),
        ["rounds quantities"] = Is(toy => new Rounds(toy)),
        ["drops the stops"] = Is(toy => new DropsStops(toy)),
        ["tells stops as limits"] = Is(toy => new StopsAreLimits(toy)),
        ["tells a part as all"] = Is(toy => new PartIsAll(toy)),
        ["says changed and changes nothing"] = Is(toy => new ChangesNothing(toy)),
        ["sends a limit without a price at market"] = Is(toy => new LimitAtMarket(toy)),
        ["needs the broker's id to cancel"] = Is(toy => new CancelsById(toy)),
        ["refuses what it does not find"] = Is(toy => new NotFoundIsRefused(toy)),
        ["calls filled orders cancelled"] = Is(toy => new CancelsFilled(toy)),
        ["closes all instead of a part"] = Is(toy => new ClosesAll(toy)),
        ["opens when there is nothing to close"] = Is(toy => new OpensByClosing(toy)),
        ["lies when the store fails"] = Is(toy => new LiesAboutTheStore(toy)),
        ["buys twice"] = Is(toy => new BuysTwice(toy)),
        ["mixes orders up"] = Is(toy => new MixesUp(toy)),
        ["cannot find closed orders"] = Is(toy => new NoClosedOrders(toy)),
        ["proves nothing"] = Is(toy => new ProvesNothing(toy)),
        ["denies young orders"] = Is(toy => new DeniesYoungOrders(toy)),
        ["takes a failed look-up for absence"] = Is(toy => new FailedIsAbsent(toy)),
        ["takes a failed read for flat"] = Is(toy => new FailedIsFlat(toy)),
        ["gives fills new ids"] = Is(toy => new NewFillIds(toy)),
        ["ignores the window"] = Is(toy => new IgnoresWindow(toy)),
        ["forgets what was before"] = Is(toy => new Forgets(toy)),
        ["names positions differently"] = Is(toy => new OtherPositionId(toy)),
        ["starts without the state"] = Is(toy => new NoSnapshot(toy)),
        ["is silent about fills"] = Is(toy => new SilentAboutFills(toy)),
        ["is silent about closes"] = Is(toy => new SilentAboutCloses(toy)),
        ["streams on"] = Is(toy => new StreamsOn(toy)),
        ["streams flat when blind"] = Is(toy => new FlatWhenBlind(toy)),
        ["counts events twice"] = Is(toy => new CountsTwice(toy)),
        ["drops late events"] = Is(toy => new DropsLateEvents(toy)),
        ["takes early fills for another's"] = Is(toy => new StrangeEarlyFills(toy)),
        ["polls when nobody asks"] = Is(toy => new Polls(toy)),
        ["goes on after its end"] = Is(toy => new GoesOn(toy)),
        ["cannot be disposed of twice"] = Is(toy => new DisposedOnce(toy)),
        ["ends its siblings"] = Is(toy => new EndsSiblings(toy)),
        ["stays in memory"] = Is(toy => new StaysInMemory(toy)),
    };

    private static Sabotage Is(Func<Toy, IBrokerConnector> make) => new() { Make = make };

    private static Sabotage Refuses(Command command, HttpStatusCode status) =>
        new() { Answered = answer => answer.Command == command && answer.Status == status
            ? new OrderOutcome.Rejected(RejectReason.Other, $"{(int)status}", "The server said no.") : null };

    private static Sabotage Doubts(Command command) =>
        new() { Failed = (given, e) => given == command && e is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError }
            ? new OrderOutcome.Unknown("Something went wrong.") : null };

    private static bool IsReset(Exception e) =>
        e is HttpRequestException { HttpRequestError: not HttpRequestError.ConnectionError } && e.GetBaseException() is SocketException;

    private static bool IsHalf(Exception e) =>
        e is HttpRequestException && e.GetBaseException() is HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded };
}
