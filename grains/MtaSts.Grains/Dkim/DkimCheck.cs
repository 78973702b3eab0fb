using System.Threading.RateLimiting;
using MimeKit;
using MimeKit.Cryptography;
using MtaSts.Modules.Dns;
using MtaSts.Protocol.Reports;
using Org.BouncyCastle.Crypto;

namespace MtaSts.Grains.Dkim;

/// <summary>
/// Checks the signatures of a report mail. MimeKit verifies; what it does not check (<c>s=</c>, <c>l=</c>, <c>x=</c>, <c>t=</c>, revoked keys) is checked
/// before. Bounded in signatures, lookups, time and concurrency; never throws because of mail or DNS content.
/// </summary>
internal sealed class DkimCheck(IDnsLookup dns, TimeProvider clock) : IDisposable
{
    /// <summary>Maximum number of signatures checked; real mails have one or two. Prevents mails with many signatures, each of which causes a DNS query.</summary>
    public const int MaxSignatures = 5;

    /// <summary>Maximum number of submitters compared per mail; each may cause eight DNS queries.</summary>
    public const int MaxSubmitters = 3;

    /// <summary>Time limit of the whole check, including waiting for a place; afterwards the DNS counts as unanswered.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a key must be in the DNS after the mail: as long as mail may be in transit (RFC 5321 §4.5.4.1). Mailboxes that are older than the service contain older
    /// mails.
    /// </summary>
    public static readonly TimeSpan KeyLife = TimeSpan.FromDays(5);

    /// <summary>Concurrent checks on one silo: a DNS outage blocks no more than these.</summary>
    private const int AtOnce = 64;

    /// <summary>Of them, checks for mails whose sender waits for the acceptance. Prevents signers with deliberately slow DNS from occupying every place of a source.</summary>
    private const int AwaitedAtOnce = 8;

    private readonly ConcurrencyLimiter awaited = new(new() { PermitLimit = AwaitedAtOnce });
    private readonly ConcurrencyLimiter places = new(new() { PermitLimit = AtOnce, QueueLimit = int.MaxValue });

    /// <param name="mail">The mail as received; it was decoded, so its header is within the decoder's limits.</param>
    /// <param name="submitters">The submitter domains named in its reports.</param>
    public async Task<DkimFinding> Of(ReadOnlyMemory<byte> mail, IReadOnlyList<string> submitters, DateTimeOffset receivedAt)
    {
        using var budget = new CancellationTokenSource(Budget, clock);
        RateLimitLease place;
        try
        {
            place = await places.AcquireAsync(1, budget.Token);
        }
        catch (OperationCanceledException)
        {
            return Silent(null);
        }
        using (place)
            return await Check(mail, submitters, receivedAt, budget.Token);
    }

    /// <summary>As <see cref="Of"/>, for a mail that is not stored; null when too many checks are running.</summary>
    public async Task<DkimFinding?> OfAwaited(ReadOnlyMemory<byte> mail, IReadOnlyList<string> submitters, DateTimeOffset receivedAt)
    {
        using var place = awaited.AttemptAcquire();
        return place.IsAcquired ? await Of(mail, submitters, receivedAt) : null;
    }

    public void Dispose()
    {
        places.Dispose();
        awaited.Dispose();
    }

    private async Task<DkimFinding> Check(ReadOnlyMemory<byte> mail, IReadOnlyList<string> submitters, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(ReportMail.WithoutEnvelopeLine(mail).ToArray(), writable: false);
        using var message = Parse(stream);
        if (message is null)
            return Failed(null, DkimFault.SignatureMalformed);
        var signatures = message.Headers.Where(header => header.Id == HeaderId.DkimSignature).Take(MaxSignatures)
            .Select(header => DkimSignature.Read(header, receivedAt)).ToArray();
        if (signatures.Length == 0)
            return new DkimFinding(DkimVerdict.None, null, null, null, DkimTexts.Unsigned);
        var isOld = clock.GetUtcNow() - receivedAt > KeyLife;
        var findings = await Task.WhenAll(signatures.Select(signature => Check(message, signature, isOld, cancellationToken)));
        var valid = findings.Where(finding => finding.Verdict == DkimVerdict.Pass).ToArray();
        if (valid.Length == 0)
            return Best(findings);
        var aligned = await Align(valid, submitters, cancellationToken);
        // A signature that could not be checked may still prove to be the submitter's own.
        return aligned.Verdict == DkimVerdict.NotAligned && findings.FirstOrDefault(finding => finding.Verdict == DkimVerdict.TemporaryError) is { } silent ? silent : aligned;
    }

    private async Task<DkimFinding> Check(MimeMessage message, DkimSignature signature, bool isOld, CancellationToken cancellationToken)
    {
        if (signature.Fault is { } fault)
            return Failed(signature, fault);
        var answer = await dns.QueryAsync(signature.KeyName, DnsType.Txt, cancellationToken);
        if (answer.Status == DnsStatus.Failed)
            return Silent(signature);
        // Several records at one name are undefined (RFC 6376 §3.6.2.2): the first is used.
        if (answer.Records is not [var record, ..])
            return isOld ? Gone(signature, DkimFault.KeyMissing) : Failed(signature, DkimFault.KeyMissing);
        var key = DkimKey.Read(record.Value, signature);
        if (key.Fault is { } unusable)
            return isOld && unusable == DkimFault.KeyRevoked ? Gone(signature, unusable) : Failed(signature, unusable);
        if (!await Verify(message, signature, key.Key!, cancellationToken))
            return Failed(signature, DkimFault.Mismatch);
        return key.IsInTest
            ? new DkimFinding(DkimVerdict.None, signature.Domain, signature.Selector, DkimFault.KeyInTest, DkimTexts.Fault(DkimFault.KeyInTest))
            : new DkimFinding(DkimVerdict.Pass, signature.Domain, signature.Selector, null, DkimTexts.Pass(signature.Domain));
    }

    private static async Task<bool> Verify(MimeMessage message, DkimSignature signature, AsymmetricKeyParameter key, CancellationToken cancellationToken)
    {
        try
        {
            return await new DkimVerifier(new KnownKey(key)) { MinimumRsaKeyLength = DkimKey.MinRsaBits }.VerifyAsync(message, signature.Field, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return false; // MimeKit does not support this form of signature: any exception means invalid.
        }
    }

    /// <summary>A valid signature counts as the submitter's when both belong to one organisation (relaxed alignment, RFC 9989).</summary>
    private async Task<DkimFinding> Align(DkimFinding[] valid, IReadOnlyList<string> submitters, CancellationToken cancellationToken)
    {
        if (submitters.Count is 0 or > MaxSubmitters)
            return valid[0] with { Verdict = DkimVerdict.NotAligned, Detail = submitters.Count == 0 ? DkimTexts.NotAligned(valid[0].SignedBy!, null) : DkimTexts.ManyReports };
        if (Array.Find(valid, finding => submitters.All(submitter => submitter == finding.SignedBy)) is { } own)
            return own;
        var names = submitters.Concat(valid.Select(finding => finding.SignedBy!)).Distinct().ToArray();
        var found = await Task.WhenAll(names.Select(name => OrganizationalDomain.Find(dns, name, cancellationToken)));
        var organizations = names.Zip(found).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        var related = Array.Find(valid, finding => submitters.All(submitter => organizations[submitter] is { } organization && organization == organizations[finding.SignedBy!]));
        return related
            ?? (found.Contains(null)
                ? valid[0] with { Verdict = DkimVerdict.TemporaryError, Detail = DkimTexts.DnsSilent }
                : valid[0] with { Verdict = DkimVerdict.NotAligned, Detail = DkimTexts.NotAligned(valid[0].SignedBy!, submitters[0]) });
    }

    private static DkimFinding Best(DkimFinding[] findings) =>
        Array.Find(findings, finding => finding.Verdict == DkimVerdict.TemporaryError)
        ?? Array.Find(findings, finding => finding.Verdict is DkimVerdict.None or DkimVerdict.NotChecked)
        ?? findings[0];

    private static DkimFinding Silent(DkimSignature? signature) => new(DkimVerdict.TemporaryError, signature?.Domain, signature?.Selector, null, DkimTexts.DnsSilent);

    private static DkimFinding Gone(DkimSignature signature, DkimFault fault) => new(DkimVerdict.NotChecked, signature.Domain, signature.Selector, fault, DkimTexts.KeyGone);

    private static DkimFinding Failed(DkimSignature? signature, DkimFault fault) =>
        new(DkimVerdict.Fail, signature is null or { Fault: DkimFault.SignatureMalformed } ? null : signature.Domain, signature is null or { Fault: DkimFault.SignatureMalformed } ? null : signature.Selector, fault, DkimTexts.Fault(fault));

    private static MimeMessage? Parse(Stream mail)
    {
        try
        {
            return new MimeParser(mail, MimeFormat.Entity, persistent: true).ParseMessage();
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Passes MimeKit the key that was looked up and checked, so that it makes no DNS queries itself.</summary>
    private sealed class KnownKey(AsymmetricKeyParameter key) : IDkimPublicKeyLocator
    {
        public AsymmetricKeyParameter LocatePublicKey(string methods, string domain, string selector, CancellationToken cancellationToken = default) => key;

        public Task<AsymmetricKeyParameter> LocatePublicKeyAsync(string methods, string domain, string selector, CancellationToken cancellationToken = default) => Task.FromResult(key);
    }
}
