using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Alerts.Dialects;

/// <summary>
/// Text in, intent out: the folder of each dialect has a file for each message. Above the line <c>=&gt;</c> stands the message, below it
/// what becomes of it; a first line <c>settings: …</c> has the account's settings. A new dialect brings a folder, and no line here.
/// </summary>
public sealed class GoldenDialectTests
{
    private const string Accept = "TRADEFLOW_ACCEPT";
    private const string Line = "\n=>\n";
    private const string Settings = "settings: ";
    private static readonly DialectList Dialects = new();

    public static TheoryData<string, string> Messages
    {
        get
        {
            var messages = new TheoryData<string, string>();
            // a file is in a folder
            foreach (var file in Files())
                messages.Add(Path.GetFileName(Path.GetDirectoryName(file))!, Path.GetFileNameWithoutExtension(file));
            return messages;
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public async Task A_message_becomes_what_its_file_says(string dialect, string name)
    {
        var file = Path.Combine(Folder(), dialect, name + ".txt");
        var text = (await File.ReadAllTextAsync(file)).ReplaceLineEndings("\n");
        var parts = text.Split(Line, 2);
        var (settings, message) = Parts(parts[0]);
        var body = Encoding.UTF8.GetBytes(message);

        var alert = Dialects.Read(body);
        AccountDefaults.Apply(alert, Account(settings));

        alert.Dialect.ShouldBe(dialect);
        Dialects.KnownBy(body).ShouldBe([dialect], "a message is that of one dialect, whatever their order");
        var told = Told(alert);
        if (Environment.GetEnvironmentVariable(Accept) is not null) await File.WriteAllTextAsync(file, parts[0] + Line + told);
        parts.ShouldBe([parts[0], told], $"What becomes of it changed. Run this test with {Accept}=1 and read the difference.");
    }

    [Fact]
    public void Every_dialect_has_messages() =>
        Directory.EnumerateDirectories(Folder()).Select(Path.GetFileName).Order(StringComparer.Ordinal)
            .ShouldBe(Dialects.Names.Except(["unify.v1"]));

    internal static IEnumerable<string> MessagesOf(string dialect) =>
        Directory.EnumerateFiles(Path.Combine(Folder(), dialect)).Order(StringComparer.Ordinal)
            .Select(file => Parts(File.ReadAllText(file).ReplaceLineEndings("\n").Split(Line, 2)[0]).Message);

    private static (string Settings, string Message) Parts(string text) =>
        text.StartsWith(Settings, StringComparison.Ordinal) && text.IndexOf('\n', StringComparison.Ordinal) is var end
            ? (text[Settings.Length..end], text[(end + 1)..]) : ("", text);

    private static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Folder(), "*.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static string Folder() => Path.Combine(Repository.Root, "tests", "Platform.Tests", "Alerts", "Dialects");

    private static string Told(AlertReading alert)
    {
        if (alert.Errors is { } errors) return string.Concat(errors.Select(error => $"{error.Key}: {string.Join(" | ", error.Value)}\n"));
        var told = JsonNode.Parse(alert.Intent.ShouldNotBeNull().ToJson())!.AsObject(); // an intent is an object
        if (alert.Id is { } id) told["id"] = id;
        if (alert.Time is { } time) told["time"] = time.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        return told.ToJsonString(
            new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
    }

    // settings: default_size=risk_percent 1, stop_unit=pips
    internal static AccountContext Account(string settings)
    {
        var values = settings.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        var size = values.GetValueOrDefault("default_size")?.Split(' ');
        return new AccountContext
        {
            AccountId = new AccountId(Guid.Empty), TenantId = new TenantId(Guid.Empty), UserId = new UserId(Guid.Empty), Broker = "paper",
            Mode = "demo", Currency = "USD", Status = AccountStatuses.Active, Enabled = true, DedupeSeconds = 20, Multiplier = 1,
            Version = 1, StopEpoch = 0, DefaultSize = size is null
                ? null : new DefaultSize(size[0], decimal.Parse(size[1], System.Globalization.CultureInfo.InvariantCulture)),
            StopUnit = values.GetValueOrDefault("stop_unit"),
        };
    }
}
