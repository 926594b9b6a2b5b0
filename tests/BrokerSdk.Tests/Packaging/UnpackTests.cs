using System.IO.Compression;
using System.Text;
using TradeFlow.BrokerSdk.Packaging;

namespace TradeFlow.BrokerSdk.Tests.Packaging;

/// <summary>Archives that somebody made to get out of their folder, or to fill a disk.</summary>
[Trait("Control", "X2")]
public sealed class UnpackTests
{
    [Theory]
    [InlineData("../outside.dll")]
    [InlineData("lib/../../outside.dll")]
    [InlineData("/etc/outside.dll")]
    [InlineData("C:outside.dll")]
    [InlineData("..\\outside.dll")]
    [InlineData("lib//outside.dll")]
    [InlineData("./outside.dll")]
    [InlineData("two\nlines.dll")]
    public void A_name_that_leads_out_of_the_folder_is_refused(string name) =>
        Unpack((name, "x")).Problem.ShouldNotBeNull().ShouldContain("is no name of a file inside the package");

    [Theory]
    [InlineData("good.runtimeconfig.json")]
    [InlineData("good.runtimeconfig.dev.json")]
    [InlineData("lib/Other.RuntimeConfig.JSON")]
    public void A_setting_that_may_lead_out_of_the_folder_is_refused(string name) =>
        Unpack((name, "{}")).Problem.ShouldNotBeNull().ShouldContain($"{name} may name other folders to load code from");

    [Fact]
    public void A_link_is_refused()
    {
        var files = Unpack(zip => zip.CreateEntry("good.dll").ExternalAttributes = unchecked((int)0xA1FF0000));

        files.Problem.ShouldBe("good.dll is a link");
    }

    [Fact]
    public void The_same_name_twice_is_refused_also_where_letters_differ_in_case() =>
        Unpack(("good.dll", "x"), ("Good.dll", "y")).Problem.ShouldBe("Good.dll is in it twice");

    [Fact]
    public void More_files_than_a_connector_needs_are_refused() =>
        Unpack([.. Enumerable.Range(0, PackageFiles.MostFiles + 1).Select(number => ($"{number}.dll", ""))]).Problem.ShouldNotBeNull()
            .ShouldContain("more than 1000 files");

    [Fact]
    public void More_bytes_than_a_connector_needs_are_refused_before_they_are_unpacked()
    {
        var files = Unpack(zip =>
        {
            using var bomb = zip.CreateEntry("bomb.dll").Open();
            var zeros = new byte[1 << 20];
            for (var written = 0L; written <= PackageFiles.MostBytes; written += zeros.Length) bomb.Write(zeros);
        });

        files.Problem.ShouldNotBeNull().ShouldContain("256 MB");
        files.Contents.ShouldBeEmpty();
    }

    [Fact]
    public void Of_an_entry_no_more_is_unpacked_than_it_says_to_hold()
    {
        var archive = Zip(zip => Write(zip, "good.dll", new string('x', 1000)));
        // The length stands in the last directory entry, 24 bytes after its mark: from 1000 to 10.
        var directory = archive.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        archive[directory + 24] = 10;
        archive[directory + 25] = 0;

        PackageFiles.Unpack(new MemoryStream(archive)).Contents.Values.Sum(content => content.Length).ShouldBeLessThanOrEqualTo(10);
    }

    [Fact]
    public void What_is_no_archive_is_said_to_be_none() =>
        PackageFiles.Unpack(new MemoryStream("no archive"u8.ToArray())).Problem.ShouldBe("it is no package, or it is damaged");

    [Fact]
    public void A_folder_of_its_own_is_no_file() => Unpack(("lib/", ""), ("lib/good.dll", "x")).Contents.Keys.ShouldBe(["lib/good.dll"]);

    private static PackageFiles Unpack(params (string Name, string Text)[] files) => Unpack(zip =>
    {
        foreach (var (name, text) in files) Write(zip, name, text);
    });

    private static PackageFiles Unpack(Action<ZipArchive> fill) => PackageFiles.Unpack(new MemoryStream(Zip(fill)));

    private static byte[] Zip(Action<ZipArchive> fill)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true)) fill(zip);
        return buffer.ToArray();
    }

    private static void Write(ZipArchive zip, string name, string text)
    {
        using var stream = zip.CreateEntry(name).Open();
        stream.Write(Encoding.UTF8.GetBytes(text));
    }
}
