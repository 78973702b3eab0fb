using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Modules.Certificates;
using MtaSts.Modules.Tests.Cloudflare;
using MtaSts.Peers;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Modules.Tests.Certificates;

/// <summary>A certificate that is renewed while the process runs, in every way that tools replace files; and files that cannot be used.</summary>
public sealed class CertificateFileTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider clock = new(Start);
    private readonly TempFolder folder = new();
    private readonly CapturedLog log = new();

    private string CertificatePath => folder["live/cert.pem"];

    private string KeyPath => folder["live/key.pem"];

    public void Dispose()
    {
        folder.Dispose();
        log.Dispose();
    }

    [Theory]
    [InlineData("in place")]
    [InlineData("in place, times as before")]
    [InlineData("renamed over")]
    [InlineData("links switched")]
    [InlineData("folder link switched")]
    [InlineData("one file for both")]
    public async Task Current_FilesReplaced_IsTheNewCertificateAfterTheNextLook(string way)
    {
        var layout = Layout.Of(way, folder.Path);
        layout.Write(Made("one.example"));
        using var file = new CertificateFile("Test", layout.CertificatePath, layout.KeyPath, clock, log.CreateLogger("test"));
        Assert.Equal(["one.example"], file.Current.Names);
        var changes = 0;
        file.Changed += (_, _) => changes++;

        layout.Write(Made("two.example"));
        await UntilAsync(() => file.Current.Names[0] == "two.example" && file.Problem is null);

        Assert.True(file.Current.Certificate.HasPrivateKey);
        Assert.Equal((1, null), (changes, file.Problem));
        clock.Advance(Minute);
        Assert.Equal(1, changes);
        Assert.Equal(2, Lines(1181).Length);
    }

    /// <summary>Without waiting for the poll: the file system tells.</summary>
    [Fact]
    public async Task Current_FilesReplaced_IsNewLongBeforeThePoll()
    {
        Write(Now("one.example"));
        using var file = new CertificateFile("Test", CertificatePath, KeyPath, TimeProvider.System, log.CreateLogger("test"));
        Write(Now("two.example"));
        await Poll.Until(() => file.Current.Names[0] == "two.example", Minute / 2, "the new certificate is in use");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Current_CertificateAndKeyReplacedOneAfterTheOther_ChangesOnceBothBelongTogether(bool certificateFirst)
    {
        Write(Made("one.example"));
        using var file = Open();
        var next = Made("two.example");
        File.WriteAllText(certificateFirst ? CertificatePath : KeyPath, certificateFirst ? next.Pem : next.Key);
        clock.Advance(TimeSpan.FromSeconds(5)); // Less than the two looks that are needed to tell.
        Assert.Equal(["one.example"], file.Current.Names);
        Assert.Null(file.Problem);
        File.WriteAllText(certificateFirst ? KeyPath : CertificatePath, certificateFirst ? next.Key : next.Pem);
        await UntilAsync(() => file.Current.Names[0] == "two.example");
        Assert.Empty(Lines(1182)); // Nothing was wrong for long.
    }

    [Theory]
    [InlineData("empty", "There is no certificate in")]
    [InlineData("not PEM", "There is no certificate in")]
    [InlineData("damaged", "damaged")]
    [InlineData("cut off", "There is no certificate in")]
    [InlineData("cut off in the chain", "truncated")]
    [InlineData("too large", "larger than 1024 KiB")]
    [InlineData("missing", "cannot be read")]
    [InlineData("a folder", "cannot be read")]
    [InlineData("expired", "expired on 2026-02-28")]
    [InlineData("not yet valid", "not valid before 2026-03-02")]
    [InlineData("another key", "does not belong to the first certificate")]
    [InlineData("chain before certificate", "Put the server's certificate first")]
    [InlineData("no key", "no private key")]
    [InlineData("empty key", "no private key")]
    [InlineData("encrypted key", "encrypted")]
    [InlineData("key missing", "cannot be read")]
    public async Task Current_NewFilesCannotBeUsed_IsTheOldOneAndToldOnce(string fault, string expected)
    {
        Write(Made("one.example"));
        using var file = Open();
        Break(fault);
        await UntilAsync(() => file.Problem is not null);
        for (var i = 0; i < 5; i++)
            clock.Advance(Minute);

        Assert.Equal(["one.example"], file.Current.Names);
        Assert.Contains(expected, file.Problem, StringComparison.Ordinal);
        Assert.Contains(folder.Path, file.Problem, StringComparison.Ordinal);
        Assert.Contains(expected, Assert.Single(Lines(1182)), StringComparison.Ordinal);
        Assert.Equal("The new files cannot be used. The log has the cause.", file.Note);
        Assert.DoesNotContain("PRIVATE KEY-----\n", string.Concat(log.Lines), StringComparison.Ordinal);

        Repair();
        Write(Made("two.example"));
        await UntilAsync(() => file.Current.Names[0] == "two.example");
        Assert.Equal((null, null), (file.Problem, file.Note));
    }

    [Fact]
    public async Task Current_OldFilesPutBack_IsToldAsOver()
    {
        var one = Made("one.example");
        Write(one);
        using var file = Open();
        File.WriteAllText(CertificatePath, "");
        await UntilAsync(() => file.Problem is not null);
        Write(one);
        await UntilAsync(() => file.Problem is null);
        Assert.Single(Lines(1183));
        Assert.Single(Lines(1181)); // Never loaded anew.
    }

    [Fact]
    public async Task Current_NotYetValid_IsUsedFromItsBeginning()
    {
        Write(Made("one.example"));
        using var file = Open();
        Write(TestCertificate.Make(Start.AddMinutes(5), Start.AddDays(90), null, Names("two.example")));
        clock.Advance(Minute * 3);
        Assert.Equal(["one.example"], file.Current.Names);
        await UntilAsync(() => file.Current.Names[0] == "two.example");
        Assert.InRange(clock.GetUtcNow(), Start.AddMinutes(5), Start.AddMinutes(8));
    }

    /// <summary>Senders that ask for a name that is left out would be refused; the one in use still serves them.</summary>
    [Theory]
    [InlineData("one.example,two.example", "other.example", "one.example, two.example")]
    [InlineData("one.example,two.example", "one.example", "two.example")]
    [InlineData("*.example", "one.example", "*.example")]
    [InlineData("a.one.example", "*.example", "a.one.example")]
    [InlineData("one.example,two.example", "*.example", null)]
    [InlineData("ONE.example", "one.example,two.example", null)]
    public async Task Current_NewCertificateLacksNames_IsTheOldOneWhileThatIsValid(string before, string after, string? lacking)
    {
        Write(TestCertificate.Make(Start.AddDays(-1), Start.AddDays(10), null, before.Split(',')));
        using var file = Open();
        Write(TestCertificate.Make(Start.AddDays(-1), Start.AddDays(60), null, after.Split(',')));
        await UntilAsync(() => lacking is null ? file.Current.NotAfter > Start.AddDays(10) : file.Problem is not null);
        if (lacking is null)
        {
            Assert.Equal((null, null), (file.Problem, file.Note));
            return;
        }
        Assert.Equal(before.Split(','), file.Current.Names);
        Assert.Contains($"does not cover {lacking};", Assert.Single(Lines(1182)), StringComparison.Ordinal);
        Assert.Contains($"The new certificate in its files does not cover {lacking}. The previous certificate stays in use until it expires on 2026-03-11", file.Note, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Path, file.Note, StringComparison.Ordinal);

        clock.Advance(TimeSpan.FromDays(11)); // Nobody accepts the old one any more.
        await UntilAsync(() => file.Problem is null);

        Assert.Equal(after.Split(','), file.Current.Names);
        Assert.Contains($"does not cover {lacking}, which", Assert.Single(Lines(1188)), StringComparison.Ordinal);
        Assert.Equal($"The certificate does not cover {lacking}, which the previous certificate covered. Clients that request them are refused.", file.Note);
    }

    [Fact]
    public void Open_AfterARestart_UsesWhatStandsThere()
    {
        Write(Made("one.example"));
        Open().Dispose();
        Write(TestCertificate.Make(Start.AddDays(-1), Start.AddDays(60), null, "other.example"));
        using var file = Open();
        Assert.Equal((null, null), (file.Problem, file.Note));
    }

    [Theory]
    [InlineData("missing", "cannot be read")]
    [InlineData("another key", "does not belong to the first certificate")]
    [InlineData("encrypted key", "passphrase")]
    public void Open_FilesThatCannotBeUsed_SaysWhyAndWhatToDo(string fault, string expected)
    {
        Write(Made("one.example"));
        Break(fault);
        Assert.Contains(expected, Assert.Throws<InvalidOperationException>(Open).Message, StringComparison.Ordinal);
    }

    /// <summary>There is none before it: better an expired one, told, than a service that does not start.</summary>
    [Fact]
    public void Open_ExpiredCertificate_IsUsedAndTold()
    {
        Write(TestCertificate.Make(Start.AddDays(-90), Start.AddDays(-1), null, "one.example"));
        using var file = Open();
        Assert.Equal(CertificateTerm.NotValid, file.Term);
        Assert.Contains("Clients refuse it", file.Note, StringComparison.Ordinal);
        Assert.Single(Lines(1186));
    }

    [Theory]
    [InlineData(90)]
    [InlineData(64)]
    [InlineData(45)]
    [InlineData(6)]
    public async Task Look_CertificateNotRenewed_IsToldByTheShareOfItsLifetimeThatIsLeft(int days)
    {
        var lifetime = TimeSpan.FromDays(days);
        var urgentFrom = Max(lifetime / 6, TimeSpan.FromHours(48));
        Write(TestCertificate.Make(Start + (lifetime / 3) + Minute - lifetime, Start + (lifetime / 3) + Minute, null, "one.example"));
        using (var file = Open())
        {
            Assert.Equal((CertificateTerm.Good, null), (file.Term, file.Note));
            clock.Advance(Minute * 3);
            Assert.Contains("has not been renewed", file.Note, StringComparison.Ordinal);
            Assert.Single(Lines(urgentFrom >= lifetime / 3 ? 1185 : 1184));
            Assert.Single(log.Lines, line => line.Contains(" 118", StringComparison.Ordinal) && !line.Contains(" 1181 ", StringComparison.Ordinal));
        }
        Write(TestCertificate.Make(clock.GetUtcNow() + urgentFrom + Minute - lifetime, clock.GetUtcNow() + urgentFrom + Minute, null, "one.example"));
        using (var file = Open())
        {
            var before = Lines(1185).Length;
            clock.Advance(Minute * 3);
            Assert.Equal(before + 1, Lines(1185).Length);
            clock.Advance(TimeSpan.FromHours(23)); // A look each minute.
            Assert.Equal(before + 1, Lines(1185).Length);
            clock.Advance(TimeSpan.FromHours(2));
            Assert.Equal(before + 2, Lines(1185).Length); // Once a day.
            Write(TestCertificate.Make(clock.GetUtcNow() - Minute, clock.GetUtcNow() + lifetime, null, Names("two.example")));
            await UntilAsync(() => file.Current.Names[0] == "two.example");
            Assert.Equal((CertificateTerm.Good, null), (file.Term, file.Note));
        }
    }

    /// <summary>
    /// Lets time pass until it is so. What the file system tells comes on a thread of its own, and so may what becomes due beside it.
    /// </summary>
    private Task UntilAsync(Func<bool> condition) => Poll.Until(
        () =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return condition();
        },
        TimeSpan.FromSeconds(30),
        "what was waited for");

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>Every later certificate covers the names of the first, too.</summary>
    private static string[] Names(string name) => name == "one.example" ? [name] : [name, "one.example"];

    private static TestCertificate Made(string name) => TestCertificate.Make(Start.AddDays(-1), Start.AddDays(89), null, Names(name));

    private static TestCertificate Now(string name) => TestCertificate.Now(Names(name));

    private CertificateFile Open() => new("Test", CertificatePath, KeyPath, clock, log.CreateLogger("test"));

    private string[] Lines(int id) => [.. log.Lines.Where(line => line.Contains($" {id} ", StringComparison.Ordinal))];

    private void Write(TestCertificate pair)
    {
        Directory.CreateDirectory(folder["live"]);
        pair.Write(CertificatePath, KeyPath);
    }

    private void Repair()
    {
        if (Directory.Exists(CertificatePath))
            Directory.Delete(CertificatePath);
    }

    private void Break(string fault)
    {
        var next = Made("two.example");
        var chain = Made("chain.example").Pem;
        var (certificate, key) = fault switch
        {
            "empty" => ("", next.Key),
            "not PEM" => ("\0\u0001binary", next.Key),
            "damaged" => (next.Pem.Replace("MII", "AII", StringComparison.Ordinal), next.Key),
            "cut off" => (next.Pem[..200], next.Key),
            "cut off in the chain" => (next.Pem + "\n" + chain[..200], next.Key),
            "too large" => (next.Pem + new string('\n', 1024 * 1024), next.Key),
            "expired" => Pair(TestCertificate.Make(Start.AddDays(-90), Start.AddDays(-1), null, Names("two.example"))),
            "not yet valid" => Pair(TestCertificate.Make(Start.AddDays(1), Start.AddDays(90), null, Names("two.example"))),
            "another key" => (next.Pem, Made("three.example").Key),
            "chain before certificate" => (chain + "\n" + next.Pem, next.Key),
            "no key" => (next.Pem, next.Pem),
            "empty key" => (next.Pem, ""),
            "encrypted key" => (next.Pem, Encrypted(next.Key)),
            _ => Pair(next),
        };
        File.WriteAllText(CertificatePath, certificate);
        File.WriteAllText(KeyPath, key);
        if (fault is "missing" or "a folder")
            File.Delete(CertificatePath);
        if (fault is "a folder")
            Directory.CreateDirectory(CertificatePath);
        if (fault is "key missing")
            File.Delete(KeyPath);
    }

    private static (string, string) Pair(TestCertificate pair) => (pair.Pem, pair.Key);

    private static string Encrypted(string pem)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return key.ExportEncryptedPkcs8PrivateKeyPem("passphrase", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000));
    }

    /// <summary>Where the files lie, and how a tool replaces them.</summary>
    private sealed record Layout(string CertificatePath, string KeyPath, Action<TestCertificate> Write)
    {
        public static Layout Of(string way, string root)
        {
            string At(string name) => Path.Combine(root, name);
            var count = 0;
            switch (way)
            {
                case "renamed over":
                    return new(At("cert.pem"), At("key.pem"), pair =>
                    {
                        pair.Write(At("cert.new"), At("key.new"));
                        File.Move(At("cert.new"), At("cert.pem"), overwrite: true);
                        File.Move(At("key.new"), At("key.pem"), overwrite: true);
                    });
                case "links switched": // certbot: live/… are links to archive/…N.pem.
                    return new(At("cert.pem"), At("key.pem"), pair =>
                    {
                        pair.Write(At($"cert{++count}.pem"), At($"key{count}.pem"));
                        foreach (var name in new[] { "cert", "key" })
                            Link(At($"{name}.pem"), $"{name}{count}.pem");
                    });
                case "folder link switched": // Kubernetes: the files are links into ..data, which is a link that is switched.
                    return new(At("cert.pem"), At("key.pem"), pair =>
                    {
                        Directory.CreateDirectory(At($"..{++count}"));
                        pair.Write(At($"..{count}/cert.pem"), At($"..{count}/key.pem"));
                        Link(At("..data"), $"..{count}");
                        foreach (var name in new[] { "cert.pem", "key.pem" })
                        {
                            if (!File.Exists(At(name)))
                                File.CreateSymbolicLink(At(name), $"..data/{name}");
                        }
                    });
                case "one file for both":
                    return new(At("both.pem"), At("both.pem"), pair => File.WriteAllText(At("both.pem"), pair.Pem + "\n" + pair.Key));
                case "in place, times as before":
                    return new(At("cert.pem"), At("key.pem"), pair =>
                    {
                        pair.Write(At("cert.pem"), At("key.pem"));
                        File.SetLastWriteTimeUtc(At("cert.pem"), Start.UtcDateTime);
                        File.SetLastWriteTimeUtc(At("key.pem"), Start.UtcDateTime);
                    });
                default:
                    return new(At("cert.pem"), At("key.pem"), pair => pair.Write(At("cert.pem"), At("key.pem")));
            }
        }

        private static void Link(string path, string target)
        {
            File.CreateSymbolicLink(path + ".tmp", target);
            using var move = System.Diagnostics.Process.Start("mv", ["-T", path + ".tmp", path]); // One rename(2), also of a link to a folder.
            move.WaitForExit();
            Assert.Equal(0, move.ExitCode);
        }
    }
}
