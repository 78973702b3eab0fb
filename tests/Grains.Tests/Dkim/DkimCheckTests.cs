using System.Text;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Grains.Dkim;
using MtaSts.Grains.Tests.Reports;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Testing;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Dkim;

/// <summary>Mails signed by MimeKit's signer with keys made here, looked up in a DNS of the test's own: every verdict and every fault.</summary>
public sealed class DkimCheckTests : IDisposable
{
    private const string Signer = "bigmail.example";
    private const string KeyName = SignedMail.Selector + "._domainkey." + Signer;
    private static readonly DateTimeOffset Received = Reported.Day.AddDays(1).AddHours(3);
    private static readonly TlsReport Report = Reported.Report("r1", Reported.Policy("harbour.example", 7));

    private readonly InMemoryDns dns = new();
    private readonly DkimCheck check;

    public DkimCheckTests()
    {
        check = new DkimCheck(dns, new FakeTimeProvider(Received));
        Publish("v=DKIM1; p=" + SignedMail.Public(SignedMail.Rsa));
    }

    public void Dispose() => check.Dispose();

    [Theory]
    [InlineData("v=DKIM1; p=")]
    [InlineData("p=")]
    [InlineData("v=DKIM1; k=rsa; s=*; p=")]
    [InlineData("v=DKIM1; s=tlsrpt; p=")]
    [InlineData("v=DKIM1; s=tlsrpt:email; p=")]
    [InlineData("v=DKIM1; s=email; p=")]
    [InlineData("v=DKIM1; h=sha1:sha256; t=s; n=a note; p=")]
    public async Task SignedBySubmitter_KeyRecordInItsForms_Passes(string record)
    {
        Publish(record + SignedMail.Public(SignedMail.Rsa));
        Assert.Equal((DkimVerdict.Pass, Signer, SignedMail.Selector, null), Short(await Check(Signed())));
    }

    [Fact]
    public async Task Ed25519_Passes()
    {
        Publish("v=DKIM1; k=ed25519; p=" + SignedMail.Public(SignedMail.Ed25519));
        Assert.Equal(DkimVerdict.Pass, (await Check(SignedMail.Sign(Mail(), Signer, SignedMail.Ed25519))).Verdict);
    }

    [Theory]
    [InlineData(null, DkimFault.KeyMissing)]
    [InlineData("no tags", DkimFault.KeyMalformed)]
    [InlineData("v=DKIM2; p={0}", DkimFault.KeyMalformed)]
    [InlineData("v=DKIM1; p=AAAA", DkimFault.KeyMalformed)]
    [InlineData("v=DKIM1; p=%%%", DkimFault.KeyMalformed)]
    [InlineData("v=DKIM1; p={0}; p={0}", DkimFault.KeyMalformed)]
    [InlineData("v=DKIM1; p=", DkimFault.KeyRevoked)]
    [InlineData("v=DKIM1; s=sms; p={0}", DkimFault.KeyForOtherService)]
    [InlineData("v=DKIM1; h=sha1; p={0}", DkimFault.KeyNotForSignature)]
    [InlineData("v=DKIM1; k=ed25519; p={0}", DkimFault.KeyNotForSignature)]
    public async Task KeyThatDoesNotServe_Fails(string? record, DkimFault fault)
    {
        if (record is null)
            dns.Publish(KeyName, DnsType.Txt);
        else
            Publish(record.Replace("{0}", SignedMail.Public(SignedMail.Rsa), StringComparison.Ordinal));
        Assert.Equal((DkimVerdict.Fail, Signer, SignedMail.Selector, fault), Short(await Check(Signed())));
    }

    /// <summary>A mailbox that was there before the service: its older mails stood as forged when their signer had changed keys since.</summary>
    [Theory]
    [InlineData("", DkimFault.KeyMissing)]
    [InlineData("v=DKIM1; p=", DkimFault.KeyRevoked)]
    public async Task KeyGone_OfAnOldMail_TellsNothing(string record, DkimFault fault)
    {
        dns.Publish(KeyName, DnsType.Txt, record.Length == 0 ? [] : [record]);
        Assert.Equal((DkimVerdict.Fail, fault), await check.Of(Signed(), [Signer], Received - DkimCheck.KeyLife) is var young ? (young.Verdict, young.Fault) : default);
        Assert.Equal((DkimVerdict.NotChecked, Signer, SignedMail.Selector, fault), Short(await check.Of(Signed(), [Signer], Received - DkimCheck.KeyLife - TimeSpan.FromSeconds(1))));
        Publish("v=DKIM1; p=" + SignedMail.Public(SignedMail.Rsa));
        Assert.Equal(DkimVerdict.Pass, (await check.Of(Signed(), [Signer], Received.AddDays(-100))).Verdict);
    }

    [Fact]
    public async Task ShortKey_Fails()
    {
        Publish("v=DKIM1; p=" + SignedMail.Public(SignedMail.ShortRsa));
        Assert.Equal(DkimFault.KeyTooShort, (await Check(SignedMail.Sign(Mail(), Signer, SignedMail.ShortRsa))).Fault);
    }

    [Fact]
    public async Task AnotherKey_Fails()
    {
        Assert.Equal(DkimFault.KeyNotForSignature, (await Check(SignedMail.Sign(Mail(), Signer, SignedMail.Ed25519))).Fault);
        Assert.Equal(DkimFault.Mismatch, (await Check(SignedMail.Sign(Mail(), Signer, SignedMail.ShortRsa))).Fault);
    }

    [Theory]
    [InlineData("v=1", "v=2", DkimFault.SignatureMalformed)]
    [InlineData("s=tlsrpt", "s=a..b", DkimFault.SignatureMalformed)]
    [InlineData("d=bigmail.example", "d=bigmail.example; i=@other.example", DkimFault.SignatureMalformed)]
    [InlineData("v=1", "v=1; t=soon", DkimFault.SignatureMalformed)]
    [InlineData("a=rsa-sha256", "a=rsa-sha1", DkimFault.AlgorithmRefused)]
    [InlineData("a=rsa-sha256", "a=rot13", DkimFault.AlgorithmRefused)]
    [InlineData("v=1", "v=1; l=100", DkimFault.LengthLimited)]
    [InlineData("h=From:To", "h=To", DkimFault.FromNotSigned)]
    [InlineData("v=1", "v=1; x=1000000000", DkimFault.SignatureMalformed)]
    [InlineData("d=bigmail.example", "d=bigmail.example; i=@deep.bigmail.example", DkimFault.Mismatch)]
    public async Task SignatureWithOddTags_Fails(string tag, string odd, DkimFault fault)
    {
        var mail = SignedMail.Retag(Signed(), value => value.Contains(tag, StringComparison.OrdinalIgnoreCase) ? value.Replace(tag, odd, StringComparison.OrdinalIgnoreCase) : throw new InvalidOperationException($"No {tag} in {value}"));
        Assert.Equal((DkimVerdict.Fail, fault), ((await Check(mail)).Verdict, (await Check(mail)).Fault));
    }

    [Fact]
    public async Task StrictKey_SubdomainInIdentity_Fails()
    {
        Publish("v=DKIM1; t=s; p=" + SignedMail.Public(SignedMail.Rsa));
        Assert.Equal(DkimFault.KeyNotForSignature, (await Check(SignedMail.Sign(Mail(), Signer, adjust: signer => signer.AgentOrUserIdentifier = "@deep." + Signer))).Fault);
        Publish("v=DKIM1; p=" + SignedMail.Public(SignedMail.Rsa));
        Assert.Equal(DkimVerdict.Pass, (await Check(SignedMail.Sign(Mail(), Signer, adjust: signer => signer.AgentOrUserIdentifier = "@deep." + Signer))).Verdict);
    }

    [Fact]
    public async Task Expiry_CountsFromWhenTheMailCameIn()
    {
        var mail = SignedMail.Sign(Mail(), Signer, adjust: signer => signer.SignaturesExpireAfter = TimeSpan.FromHours(1));
        var signed = TimeProvider.System.GetUtcNow(); // The signer's clock is the machine's.
        Assert.Equal(DkimVerdict.Pass, (await check.Of(mail, [Signer], signed)).Verdict);
        Assert.Equal(DkimFault.Expired, (await check.Of(mail, [Signer], signed.AddHours(2))).Fault);
    }

    [Fact]
    public async Task ChangedMail_IsAMismatch()
    {
        var text = Encoding.UTF8.GetString(Signed());
        foreach (var (old, changed) in new[] { ("aggregate TLS report", "aggregate tls report"), ("Subject: Report", "Subject: No report"), ("From: noreply@", "From: no-reply@") })
        {
            Assert.Contains(old, text, StringComparison.Ordinal);
            Assert.Equal(DkimFault.Mismatch, (await Check(Encoding.UTF8.GetBytes(text.Replace(old, changed, StringComparison.Ordinal)))).Fault);
        }
        Assert.Equal(DkimFault.Mismatch, (await Check(Encoding.UTF8.GetBytes(text + "appended\r\n"))).Fault);
    }

    [Fact]
    public async Task LookedAtAsStoresKeepIt_Passes()
    {
        // Behind the line of an mbox, and with the line ends of a Maildir.
        var text = Encoding.UTF8.GetString(Signed());
        Assert.Equal(DkimVerdict.Pass, (await Check(Encoding.UTF8.GetBytes("From reporter@bigmail.example Mon Mar  2 03:00:00 2026\r\n" + text))).Verdict);
        Assert.Equal(DkimVerdict.Pass, (await Check(Encoding.UTF8.GetBytes("Received: from a by b;\r\n\tMon, 2 Mar 2026 03:00:00 +0000\r\n" + text))).Verdict);
        Assert.Equal(DkimVerdict.Pass, (await Check(Encoding.UTF8.GetBytes(text.Replace("\r\n", "\n", StringComparison.Ordinal)))).Verdict);
    }

    [Fact]
    public async Task NotSigned_IsNone() => Assert.Equal(DkimVerdict.None, (await Check(Mail())).Verdict);

    [Fact]
    public async Task KeyInTest_IsNone()
    {
        Publish("v=DKIM1; t=y; p=" + SignedMail.Public(SignedMail.Rsa));
        Assert.Equal((DkimVerdict.None, Signer, SignedMail.Selector, DkimFault.KeyInTest), Short(await Check(Signed())));
    }

    [Fact]
    public async Task DnsOutage_IsATemporaryError()
    {
        dns.Outage = "SERVFAIL";
        var silent = await Check(Signed());
        Assert.Equal(DkimVerdict.TemporaryError, silent.Verdict);
        Assert.Contains("within three days", silent.Detail, StringComparison.Ordinal); // True still when it has been given up.
        dns.Outage = null;
        Assert.Equal(DkimVerdict.Pass, (await Check(Signed())).Verdict);
    }

    [Fact]
    public async Task DnsThatNeverAnswers_IsATemporaryErrorWhenTheBudgetIsSpent()
    {
        var clock = new FakeTimeProvider(Received);
        using var stuck = new DkimCheck(new SilentDns(), clock);
        var finding = stuck.Of(Signed(), [Signer], Received);
        Assert.False(finding.IsCompleted);
        clock.Advance(DkimCheck.Budget + TimeSpan.FromSeconds(1));
        Assert.Equal(DkimVerdict.TemporaryError, (await finding).Verdict);
    }

    [Fact]
    public async Task SignedBySomebodyElse_IsNotAligned()
    {
        PublishFor("mailer.example");
        var finding = await Check(SignedMail.Sign(Mail(), "mailer.example"));
        Assert.Equal((DkimVerdict.NotAligned, "mailer.example"), (finding.Verdict, finding.SignedBy));
        Assert.Contains(Signer, finding.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SeveralSignatures_TheSubmittersOwnCounts()
    {
        PublishFor("mailer.example");
        var both = SignedMail.Sign(Signed(), "mailer.example");
        Assert.Equal((DkimVerdict.Pass, Signer), ((await Check(both)).Verdict, (await Check(both)).SignedBy));
        Publish("v=DKIM1; p="); // The submitter's own does not hold any more.
        Assert.Equal((DkimVerdict.NotAligned, "mailer.example"), ((await Check(both)).Verdict, (await Check(both)).SignedBy));
    }

    [Fact]
    public async Task SignaturesBeyondTheLimit_AreNotLookedAt()
    {
        var counting = new CountingDns(dns);
        using var bounded = new DkimCheck(counting, new FakeTimeProvider(Received));
        var mail = Signed();
        for (var i = 0; i < 2 * DkimCheck.MaxSignatures; i++)
            mail = SignedMail.Sign(mail, $"other{i}.example");
        Assert.Equal(DkimVerdict.Fail, (await bounded.Of(mail, [Signer], Received)).Verdict);
        Assert.Equal(DkimCheck.MaxSignatures, counting.Questions);
    }

    /// <summary>Mail.ru: From and d= are corp.mail.ru, the submitter is mail.ru.</summary>
    [Theory]
    [InlineData("corp.big.example", "big.example", "big.example=v=DMARC1; p=none", DkimVerdict.Pass)]
    [InlineData("big.example", "corp.big.example", "big.example=v=DMARC1; p=none", DkimVerdict.Pass)]
    [InlineData("a.big.example", "b.big.example", "big.example=v=DMARC1; p=none", DkimVerdict.Pass)]
    [InlineData("corp.big.example", "big.example", "", DkimVerdict.NotAligned)]
    // Two customers of one registry: it says that it is one.
    [InlineData("evil.co.example", "big.co.example", "co.example=v=DMARC1; psd=y; p=none", DkimVerdict.NotAligned)]
    [InlineData("mail.big.co.example", "big.co.example", "co.example=v=DMARC1; psd=y; p=none", DkimVerdict.Pass)]
    // A part that is an organisation of its own.
    [InlineData("own.big.example", "big.example", "own.big.example=v=DMARC1; psd=n|big.example=v=DMARC1; p=none", DkimVerdict.NotAligned)]
    // Two records are as good as none.
    [InlineData("corp.big.example", "big.example", "big.example=v=DMARC1; p=none&v=DMARC1; p=reject", DkimVerdict.NotAligned)]
    [InlineData("a.b.c.d.e.f.g.h.i.j.big.example", "big.example", "big.example=v=DMARC1; p=none", DkimVerdict.Pass)]
    public async Task Alignment_ByTheTreeWalk(string signer, string submitter, string records, DkimVerdict expected)
    {
        PublishFor(signer);
        foreach (var record in records.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = record.IndexOf('=', StringComparison.Ordinal);
            dns.Publish("_dmarc." + record[..at], DnsType.Txt, record[(at + 1)..].Split('&'));
        }
        Assert.Equal(expected, (await check.Of(SignedMail.Sign(Mail(), signer), [submitter], Received)).Verdict);
    }

    [Fact]
    public async Task Alignment_NobodyNamedOrTooMany_IsNotAligned()
    {
        Assert.Equal(DkimVerdict.NotAligned, (await check.Of(Signed(), [], Received)).Verdict);
        Assert.Equal(DkimVerdict.NotAligned, (await check.Of(Signed(), [Signer, "b.example", "c.example", "d.example"], Received)).Verdict);
    }

    /// <summary>Whatever the field says, there is a verdict.</summary>
    [Fact]
    public async Task BrokenSignatures_ByteByByte_AlwaysHaveAVerdict()
    {
        var mail = Signed();
        var text = Encoding.ASCII.GetString(mail);
        var from = text.IndexOf("DKIM-Signature:", StringComparison.Ordinal) + "DKIM-Signature:".Length;
        var to = text.IndexOf("\r\n\r\n", from, StringComparison.Ordinal);
        to = Math.Min(to, text.IndexOf("From:", from, StringComparison.Ordinal));
        foreach (var octet in "\0;=A\u007f\n"u8.ToArray())
        {
            for (var i = from; i < to; i += 13)
            {
                var broken = (byte[])mail.Clone();
                broken[i] = octet;
                var finding = await Check(broken);
                Assert.True(Enum.IsDefined(finding.Verdict) && finding.Detail.Length > 0);
            }
        }
    }

    private static (DkimVerdict, string?, string?, DkimFault?) Short(DkimFinding finding) => (finding.Verdict, finding.SignedBy, finding.Selector, finding.Fault);

    private static byte[] Mail() => SignedMail.Unsigned(Report, "harbour.example");

    private static byte[] Signed() => SignedMail.Sign(Mail(), Signer);

    private Task<DkimFinding> Check(byte[] mail) => check.Of(mail, [Signer], Received);

    private void Publish(string record) => dns.Publish(KeyName, DnsType.Txt, record);

    private void PublishFor(string domain) => dns.Publish($"{SignedMail.Selector}._domainkey.{domain}", DnsType.Txt, "v=DKIM1; p=" + SignedMail.Public(SignedMail.Rsa));

    private sealed class SilentDns : IDnsLookup
    {
        public async Task<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancellationToken)
        {
            var cancelled = new TaskCompletionSource();
            await using var registration = cancellationToken.Register(cancelled.SetResult);
            await cancelled.Task;
            return DnsAnswer.Empty(DnsStatus.Failed, "no answer");
        }
    }

    private sealed class CountingDns(IDnsLookup inner) : IDnsLookup
    {
        private int questions;

        public int Questions => questions;

        public Task<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref questions);
            return inner.QueryAsync(name, type, cancellationToken);
        }
    }
}
