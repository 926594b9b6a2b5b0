using System.Globalization;
using System.Text;
using System.Text.Json;
using TradeFlow.Benchmarks.Running;

namespace TradeFlow.Benchmarks.Cluster;

/// <summary>One thing that was to be shown.</summary>
/// <param name="IsLaw">Holds on any machine, however busy: the run fails without it.</param>
/// <param name="Others">Cores that others on the machine used meanwhile.</param>
internal sealed record Shown(string Part, string What, string Measured, string Target, bool Holds, bool IsLaw, double Others);

/// <summary>What was to be shown, and what was seen.</summary>
internal sealed class ClusterReport(ClusterOptions options)
{
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true };
    private readonly List<Shown> shown = [];
    private readonly List<string> notes = [];

    public bool BreaksNoLaw => shown.TrueForAll(one => one.Holds || !one.IsLaw);

    public void Add(Shown one) => shown.Add(one);

    public void Note(string words) => notes.Add(words);

    public async Task WriteAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "cluster.md"), Markdown());
        await File.WriteAllTextAsync(
            Path.Combine(folder, "cluster.json"),
            JsonSerializer.Serialize(new { at = DateTimeOffset.UtcNow, machine = Machine.Words, options, shown, notes }, Written));
    }

    public string Markdown()
    {
        var text = new StringBuilder();
        Line($"{DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC; {Machine.Words}; {options.Accounts} accounts, half on the stand-in and half on paper; {options.Rate} signals a second.");
        Line("");
        Line("| part | what | measured | target | | others' cores |");
        Line("| --- | --- | --- | --- | --- | --: |");
        foreach (var one in shown)
            Line(string.Create(CultureInfo.InvariantCulture,
                $"| {one.Part} | {one.What} | {one.Measured} | {one.Target} | {(one.Holds ? "held" : one.IsLaw ? "**BROKEN**" : "**missed**")} | {one.Others:0.0} |"));
        Line("");
        foreach (var note in notes) Line($"- {note}");
        return text.ToString();

        void Line(string words) => text.Append(words).Append('\n');
    }
}
