using System.Security.Cryptography;
using TradeFlow.BrokerSdk.Packaging;

namespace TradeFlow.BrokerSdk.Tests.Packaging;

/// <summary>Publishers' keys as they lie on disks and stand in settings.</summary>
public sealed class KeyTests
{
    private static readonly byte[] Sums = FileSums.Write([new("good.dll", [1, 2, 3])]);

    [Theory]
    [InlineData(null)]
    [InlineData("correct horse")]
    public void A_key_signs_after_it_was_written_and_read(string? passphrase)
    {
        using var made = SigningKey.Create("acme");
        var pem = made.ToPem(passphrase);
        SigningKey.IsEncrypted(pem).ShouldBe(passphrase is not null);

        using var read = SigningKey.Parse(pem, passphrase);
        var signature = PackageSignature.Parse(read.Sign(Sums).ToJson());

        (signature.Publisher, signature.KeyId).ShouldBe(("acme", made.Public.Id));
        PublisherKey.Parse(made.Public.ToPem()).HasSigned(signature, Sums).ShouldBeTrue();
        made.Public.HasSigned(signature, [.. Sums, (byte)'\n']).ShouldBeFalse();
        made.Public.HasSigned(signature with { Publisher = "acne" }, Sums).ShouldBeFalse("the name is signed as well");
        made.Public.HasSigned(signature with { Value = [] }, Sums).ShouldBeFalse();
    }

    [Fact]
    public void A_wrong_or_missing_passphrase_is_told_and_the_key_is_not()
    {
        using var made = SigningKey.Create("acme");
        var pem = made.ToPem("correct horse");

        Should.Throw<FormatException>(() => SigningKey.Parse(pem, "battery staple")).Message
            .ShouldContain("the passphrase is not that of the key");
        Should.Throw<FormatException>(() => SigningKey.Parse(pem, null)).Message.ShouldContain("there is no passphrase");
    }

    [Fact]
    public void A_public_key_is_read_as_pem_and_as_one_line_and_has_the_id_that_openssl_says()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var spki = key.ExportSubjectPublicKeyInfo();
        var id = Convert.ToHexStringLower(SHA256.HashData(spki));

        PublisherKey.Parse(key.ExportSubjectPublicKeyInfoPem()).Id.ShouldBe(id);
        PublisherKey.Parse(Convert.ToBase64String(spki)).Id.ShouldBe(id);
    }

    [Fact]
    public void What_is_no_public_key_on_p256_is_refused_without_quoting_it()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (var text in new[] { other.ExportSubjectPublicKeyInfoPem(), rsa.ExportSubjectPublicKeyInfoPem(),
            own.ExportPkcs8PrivateKeyPem(), "", "garbage", Convert.ToBase64String([1, 2, 3]) })
        {
            var error = Should.Throw<FormatException>(() => PublisherKey.Parse(text));
            error.Message.ShouldContain("take the .pub file");
            if (text.Length > 0) error.Message.ShouldNotContain(text);
        }
    }

    [Theory]
    [InlineData("acme", true)]
    [InlineData("0-acme", true)]
    [InlineData("", false)]
    [InlineData("Acme", false)]
    [InlineData("аcme", false)] // a Cyrillic а
    [InlineData("acme\nnordbank", false)]
    [InlineData("-acme", false)]
    public void A_publishers_name_is_one_plain_word(string name, bool isOne) => PublisherNames.IsOne(name).ShouldBe(isOne);

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("""{ "publisher": "acme", "keyId": "1", "algorithm": "none", "value": "" }""")]
    [InlineData("""{ "publisher": "acme", "keyId": "1", "algorithm": "ecdsa-p256-sha256", "value": "not base64" }""")]
    [InlineData("""{ "publisher": "acme", "keyId": "1", "algorithm": "ecdsa-p256-sha256", "value": null }""")]
    [InlineData("""{ "publisher": "acme", "keyId": null, "algorithm": "ecdsa-p256-sha256", "value": "" }""")]
    [InlineData("""{ "publisher": null, "keyId": null, "algorithm": "ecdsa-p256-sha256", "value": null }""")]
    public void What_is_no_signature_is_refused_in_words(string text) => Should.Throw<FormatException>(() => PackageSignature.Parse(text));

    [Theory]
    [InlineData("abc  good.dll")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000 good.dll")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000  ../good.dll")]
    [InlineData("zz00000000000000000000000000000000000000000000000000000000000000  good.dll")]
    public void What_is_no_list_of_sums_is_refused_in_words(string line) =>
        Should.Throw<FormatException>(() => FileSums.Parse(line + "\n"));
}
