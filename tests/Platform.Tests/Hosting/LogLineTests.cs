using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using TradeFlow.ServiceDefaults;

namespace TradeFlow.Platform.Tests.Hosting;

/// <summary>What the programs write to the console, whatever strangers put into it.</summary>
public sealed class LogLineTests
{
    [Theory]
    [Trait("Control", "I4")]
    [InlineData("EUR\nfail: TradeFlow.Forged[1] all is lost")]
    [InlineData("EUR\rfail: TradeFlow.Forged[1] all is lost")]
    [InlineData("EUR\u0085next line")]
    [InlineData("EUR\u2028next line")]
    [InlineData("EUR\u001b[2Jcleared")]
    [InlineData("EUR\u202eDSU")]
    public void Nothing_in_a_message_or_an_exception_ends_its_line_or_moves_the_screen(string hostile)
    {
        var line = Written(hostile, new InvalidOperationException(hostile));

        line.ShouldEndWith(Environment.NewLine);
        line = line[..^Environment.NewLine.Length];
        line.ShouldStartWith("warn: TradeFlow.Test[7] Symbol EUR");
        line.ShouldContain("InvalidOperationException: EUR");
        line.ShouldAllBe(letter => !char.IsControl(letter) && letter != '\u2028' && letter != '\u202e');
    }

    [Fact]
    public void Letters_of_all_tongues_stay_as_they_are() =>
        Written("Ölpreis 原油 🛢", null).ShouldBe("warn: TradeFlow.Test[7] Symbol Ölpreis 原油 🛢" + Environment.NewLine);

    private static string Written(string symbol, Exception? exception)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.AddServiceDefaults();
        using var host = builder.Build();
        var name = host.Services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName;
        var formatter = host.Services.GetServices<ConsoleFormatter>().Single(one => one.Name == name);
        using var writer = new StringWriter();
        formatter.Write(new LogEntry<string>(LogLevel.Warning, "TradeFlow.Test", new EventId(7), symbol, exception,
            (state, _) => $"Symbol {state}"), null, writer);
        return writer.ToString();
    }
}
