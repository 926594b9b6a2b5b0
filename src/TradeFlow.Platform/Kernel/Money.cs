namespace TradeFlow.Platform.Kernel;

/// <summary>Rounding to a grid, in decimals only.</summary>
public static class Grid
{
    private const decimal Noise = 0.000000001m;

    /// <summary>True when the value is a whole number of steps.</summary>
    public static bool Fits(decimal value, decimal step) => step > 0 && value % step == 0;

    /// <summary>
    /// The multiple of the step that a value means: binary fractions come as 2.9999999999999996 for 3. A value that is farther than 1e-9
    /// from one stays as it is.
    /// </summary>
    public static decimal Meant(decimal value, decimal step)
    {
        var nearest = Nearest(value, step);
        return Math.Abs(value - nearest) <= Math.Min(Noise, step / 10) ? nearest : value;
    }

    /// <summary>The largest multiple of the step that is not above the value.</summary>
    public static decimal Down(decimal value, decimal step) => Math.Floor(value / step) * step;

    /// <summary>The smallest multiple of the step that is not below the value.</summary>
    public static decimal Up(decimal value, decimal step) => Math.Ceiling(value / step) * step;

    /// <summary>The nearest multiple of the step, halves away from zero.</summary>
    public static decimal Nearest(decimal value, decimal step) => Math.Round(value / step, 0, MidpointRounding.AwayFromZero) * step;
}
