namespace TradeFlow.Platform.Kernel;

/// <summary>Begins work for more than one: its awaits do not come back to where the first of them happens to run.</summary>
internal static class Ownerless
{
    /// <param name="work">It says itself what becomes of its faults.</param>
    public static void Begin(Func<Task> work)
    {
        var asking = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            _ = work();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(asking);
        }
    }
}
