using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Grains.Dkim;
using MtaSts.Grains.Reports;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Testing;
using MtaSts.Peers;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Dkim;

/// <summary>Mails that real signers signed.</summary>
public sealed partial class RealMailTests
{
    private static readonly DateTimeOffset Received = new(2026, 11, 23, 15, 0, 0, TimeSpan.Zero);

    /// <summary>Signed by OpenDKIM, delivered by Postfix; its key is kept beside it.</summary>
    [Fact]
    public async Task SignedByOpenDkim_PassesAsItCameAndFailsWhenChanged()
    {
        var folder = Path.Combine(CorpusFolder.Require(), "_interop");
        var mail = await File.ReadAllBytesAsync(Directory.GetFiles(folder, "rpt-*.eml")[0], TestContext.Current.CancellationToken);
        var zone = await File.ReadAllTextAsync(Path.Combine(folder, "tlsrpt.txt"), TestContext.Current.CancellationToken);
        var dns = new InMemoryDns();
        dns.Publish("tlsrpt._domainkey.sender.test", DnsType.Txt, string.Concat(CharacterStrings().Matches(zone).Select(match => match.Groups[1].Value)));
        using var check = new DkimCheck(dns, new FakeTimeProvider(Received));
        var submitters = Submitters(mail);
        Assert.Equal(["sender.test"], submitters);
        Assert.Equal((DkimVerdict.Pass, "sender.test", "tlsrpt"), await Short(check.Of(mail, submitters, Received)));
        mail[^40] ^= 1;
        Assert.Equal(DkimFault.Mismatch, (await check.Of(mail, submitters, Received)).Fault);
    }

    /// <summary>Their keys are long gone: what can be proven is that each signature is read, and whose it has to be.</summary>
    [Fact]
    public async Task OfTheBigSenders_AskForTheKeyOfTheSubmittersOrganisation()
    {
        using var check = new DkimCheck(new InMemoryDns(), new FakeTimeProvider(Received));
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(CorpusFolder.Require(), "*.eml", SearchOption.AllDirectories))
        {
            var mail = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            var finding = await check.Of(mail, Submitters(mail), Received);
            Assert.True(finding.Verdict is DkimVerdict.None or DkimVerdict.Fail, $"{file}: {finding}");
            if (finding.Fault is DkimFault.KeyMissing)
            {
                seen.Add(finding.SignedBy!);
                Assert.True(Submitters(mail).All(name => name == finding.SignedBy), $"{file}: {string.Join(", ", Submitters(mail))} is not {finding.SignedBy}");
            }
        }
        Assert.Superset(new HashSet<string> { "google.com", "microsoft.com", "sender.test" }, seen);
    }

    private static IReadOnlyList<string> Submitters(byte[] mail) => ReportDecoder.Decode(mail, ReportLimits.Default) is DecodeResult.Decoded decoded ? Authenticity.Submitters(decoded) : [];

    private static async Task<(DkimVerdict, string?, string?)> Short(Task<DkimFinding> finding) => ((await finding).Verdict, (await finding).SignedBy, (await finding).Selector);

    [GeneratedRegex("\"([^\"]*)\"")]
    private static partial Regex CharacterStrings();
}
