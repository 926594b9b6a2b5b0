using Microsoft.Extensions.Hosting;

namespace TradeFlow.AppHost;

/// <summary>The few lines that the AppHost itself says.</summary>
internal sealed class Voice(IHostApplicationLifetime host)
{
    private int hasEnded;

    public void Say(string line) => Console.WriteLine(line);

    /// <summary>Says what is in the way, and ends with code 1.</summary>
    public void End(string sentence)
    {
        if (Refuse(sentence)) host.StopApplication();
    }

    /// <summary>Says what is in the way; the caller ends.</summary>
    /// <returns>False when that was said before.</returns>
    public bool Refuse(string sentence)
    {
        if (Interlocked.Exchange(ref hasEnded, 1) == 1) return false;
        Environment.ExitCode = 1;
        Console.WriteLine($"{Environment.NewLine}TradeFlow cannot start. {sentence}");
        return true;
    }
}
