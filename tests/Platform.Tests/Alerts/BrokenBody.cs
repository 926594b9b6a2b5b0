using System.Text;

namespace TradeFlow.Platform.Tests.Alerts;

/// <summary>A message with a few parts of it changed, doubled, taken out or put in.</summary>
internal static class BrokenBody
{
    public static byte[] Of(Random random, byte[] seed, string[] fragments, string letters)
    {
        var bytes = new List<byte>(seed);
        for (var change = random.Next(1, 5); change > 0 && bytes.Count > 0; change--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveAt(at);
                    break;
                case 2:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(fragments[random.Next(fragments.Length)]));
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(40)));
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(60))));
                    break;
                default:
                    bytes[at] = (byte)letters[random.Next(letters.Length)];
                    break;
            }
        }
        return [.. bytes];
    }
}
