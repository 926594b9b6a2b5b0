using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace TradeFlow.AppHost.Tests;

internal static class RedisPing
{
    /// <returns>The answer, or null when nobody listens.</returns>
    internal static async Task<string?> AsyncTo(string address, string command = "PING")
    {
        var parts = address.Split(':');
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture));
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
            using var reader = new StreamReader(stream);
            return await reader.ReadLineAsync();
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            return null;
        }
    }
}
