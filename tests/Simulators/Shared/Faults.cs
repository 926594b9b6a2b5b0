namespace TradeFlow.Simulators.Shared;

/// <summary>An order for trouble: what should go wrong, where, how often. See README.md for the kinds.</summary>
public sealed record Fault
{
    public required string Kind { get; init; }

    /// <summary>The operation it strikes (<c>PLACE_ORDER</c>, …) or <c>*</c>.</summary>
    public string Endpoint { get; init; } = "*";

    /// <summary>How many calls it strikes; −1 for every call until it is taken away.</summary>
    public int Count { get; init; } = 1;

    /// <summary>How many matching calls pass unharmed before it strikes.</summary>
    public int Skip { get; init; }

    /// <summary>Milliseconds of a delay or a hold.</summary>
    public int? Ms { get; init; }

    /// <summary>The broker's words of a rejection.</summary>
    public string? Text { get; init; }

    /// <summary>Only calls for this account; null for all.</summary>
    public string? Account { get; init; }

    /// <summary>Only calls of this user (e-mail, or user name); null for all.</summary>
    public string? User { get; init; }

    /// <summary>The filled share of a partial fill, 0…1.</summary>
    public decimal? Ratio { get; init; }

    /// <summary>The number in the answer, where the kind has one: an HTTP status or an error code.</summary>
    public int? Status { get; init; }

    /// <summary>Strikes a matching call with this probability (seeded), 0…1.</summary>
    public double Probability { get; init; } = 1;
}

/// <summary>The faults that are armed.</summary>
public sealed class FaultBook(int seed)
{
    private readonly Lock gate = new();
    private readonly List<Armed> armed = [];
    private readonly Random random = new(seed);
    private int lastId;

    public int Arm(Fault fault)
    {
        lock (gate)
        {
            armed.Add(new Armed(++lastId, fault) { Left = fault.Count, ToSkip = fault.Skip });
            return lastId;
        }
    }

    public bool Disarm(int id)
    {
        lock (gate) return armed.RemoveAll(entry => entry.Id == id) > 0;
    }

    public void Clear()
    {
        lock (gate) armed.Clear();
    }

    /// <summary>
    /// The first armed fault among <paramref name="kinds"/> that strikes this call, or null. Taking it uses it up by one.
    /// </summary>
    public Fault? Take(IReadOnlySet<string> kinds, string operation, ICaller? caller)
    {
        lock (gate)
        {
            foreach (var entry in armed)
            {
                if (entry.Left == 0 || !kinds.Contains(entry.Fault.Kind)) continue;
                if (entry.Fault.Endpoint is not "*" && !string.Equals(entry.Fault.Endpoint, operation, StringComparison.OrdinalIgnoreCase))
                    continue;
                if (entry.Fault.Account is not null && entry.Fault.Account != caller?.AccountKey) continue;
                if (entry.Fault.User is not null && !string.Equals(entry.Fault.User, caller?.UserKey, StringComparison.OrdinalIgnoreCase))
                    continue;
                if (entry.ToSkip > 0)
                {
                    entry.ToSkip--;
                    continue;
                }
                if (entry.Fault.Probability < 1 && random.NextDouble() >= entry.Fault.Probability) continue;
                if (entry.Left > 0) entry.Left--;
                entry.Struck++;
                return entry.Fault;
            }
            return null;
        }
    }

    public Fault? Take(string kind, string operation, ICaller? caller) => Take(new HashSet<string> { kind }, operation, caller);

    public object[] List()
    {
        lock (gate) return [.. armed.Select(
            entry => (object)new { entry.Id, entry.Fault.Kind, entry.Fault.Endpoint, left = entry.Left, struck = entry.Struck,
                entry.Fault.Account, entry.Fault.User })];
    }

    private sealed class Armed(int id, Fault fault)
    {
        public int Id { get; } = id;
        public Fault Fault { get; } = fault;
        public int Left { get; set; }
        public int ToSkip { get; set; }
        public int Struck { get; set; }
    }
}
