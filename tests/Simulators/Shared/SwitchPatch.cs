using System.Text.Json;
using System.Text.Json.Nodes;

namespace TradeFlow.Simulators.Shared;

/// <summary>Changes of a record of switches: only what is named changes, and an unknown name is refused with the names there are.</summary>
public static class SwitchPatch
{
    public static async Task<IResult> ApplyAsync<T>(HttpRequest request, Func<T> read, Action<T> write, Lock gate) where T : class
    {
        if (await JsonNode.ParseAsync(request.Body) is not JsonObject changes)
            return Results.BadRequest(new { error = "an object of switches is expected" });
        lock (gate)
        {
            var all = JsonSerializer.SerializeToNode(read(), JsonSerializerOptions.Web)!.AsObject();
            foreach (var (name, value) in changes)
            {
                if (!all.ContainsKey(name))
                    return Results.BadRequest(new { error = $"there is no switch '{name}'", switches = all.Select(pair => pair.Key) });
                all[name] = value?.DeepClone();
            }
            write(all.Deserialize<T>(JsonSerializerOptions.Web)!);
            return Results.Ok(read());
        }
    }
}
