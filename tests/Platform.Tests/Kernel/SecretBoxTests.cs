using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Kernel;

[Trait("Control", "B1")]
public sealed class SecretBoxTests
{
    private static SecretBox Box(string key) => new(new KeyRing(new ConfigurationBuilder().AddInMemoryCollection([new("Secrets:MasterKey", key)]).Build()));

    [Fact]
    public void What_was_sealed_opens_for_its_owner() =>
        Box(PlatformFixture.MasterKey).OpenText(Box(PlatformFixture.MasterKey).Seal("hunter2", "account:1"), "account:1").ShouldBe("hunter2");

    [Fact]
    public void A_value_moved_to_another_row_does_not_open()
    {
        var box = Box(PlatformFixture.MasterKey);

        Should.Throw<CryptographicException>(() => box.Open(box.Seal("hunter2", "account:1"), "account:2"));
    }

    [Fact]
    public void Another_master_key_or_one_flipped_bit_does_not_open()
    {
        var sealedValue = Box(PlatformFixture.MasterKey).Seal("hunter2", "account:1");

        Should.Throw<CryptographicException>(() => Box(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))).Open(sealedValue, "account:1"));
        sealedValue[^1] ^= 1;
        Should.Throw<CryptographicException>(() => Box(PlatformFixture.MasterKey).Open(sealedValue, "account:1"));
    }
}
