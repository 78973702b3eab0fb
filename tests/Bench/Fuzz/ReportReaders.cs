using System.IO.Compression;
using System.Text;
using MtaSts.Grains.Reports;
using MtaSts.Protocol.Reports;

namespace MtaSts.Bench.Fuzz;

/// <summary>The report decoder, and what is done next with what it gives.</summary>
internal abstract class ReportReader : FuzzReader
{
    public override IReadOnlyList<byte[]> Words { get; } = Bytes(
        "{", "}", "[", "]", "\"", "\\u0000", "\\ud800", "\\", ":", ",", "null", "true", "\"policies\":", "\"policy\":{", "\"summary\":", "\"failure-details\":[", "\"policy-string\":", "\"mx-host\":", "\"date-range\":",
        "\"start-datetime\":", "\"policy-domain\":", "\"additional-info-uri\":", "--b", "--=-b--", "\r\n\r\n", "Content-Type: message/rfc822\r\n\r\n", "Content-Transfer-Encoding: base64\r\n", "Content-Transfer-Encoding: quoted-printable\r\n",
        "Content-Transfer-Encoding: x-uuencode\r\n", "Content-Type: multipart/mixed; boundary=b\r\n", "=?utf-8?b?", "?=", "Subject: ", "TLS-Report-Domain: ", "From ", "From a@b Mon Jan  1 00:00:00 2026\n", "begin 644 x\n", "PK\u0003\u0004", "PK\u0005\u0006", "PK\u0001\u0002", "\u001f");

    public override int Read(byte[] input, Dice dice)
    {
        var result = ReportDecoder.Decode(input, ReportLimits.Default);
        switch (result)
        {
            case DecodeResult.Refused refused:
                Must(Enum.IsDefined(refused.Reason) && refused.Message.Length > 40, "a refusal says why");
                return (int)refused.Reason;
            case DecodeResult.Decoded decoded:
                Must(decoded.Reports.Count is > 0 and <= 1000 && decoded.Skipped.Count <= ReportLimits.Default.MaxSkipped, "there is a report, and not too many");
                var outcome = 0;
                foreach (var report in decoded.Reports)
                {
                    Check(report);
                    foreach (var code in report.Mended.Select(mend => mend.Code).Distinct())
                        outcome = code.Aggregate(outcome * 31, (sum, letter) => unchecked(sum * 31 + letter));
                }
                if (decoded.Mail is { } mail)
                {
                    foreach (var text in new[] { mail.Subject, mail.From, mail.MessageId, mail.AttachmentName, mail.TlsReportDomain, mail.TlsReportSubmitter })
                        Must(text is null || (text.Length <= ReportLimits.Default.MaxStringBytes && !text.Contains('\0', StringComparison.Ordinal)), "what a mail says is bounded and has no NUL");
                    _ = mail.FromDomain;
                    _ = ReportWriter.Write(decoded.Reports[0].WithPolicyDomain(mail.TlsReportDomain ?? "fallback.example"));
                }
                return 1000 + (outcome & 0xFFFF);
            default:
                throw new FuzzException("a third kind of result");
        }
    }

    private static void Check(TlsReport report)
    {
        Must(report.Start.Offset == TimeSpan.Zero && report.End.Offset == TimeSpan.Zero, "moments are UTC");
        Must(report.Mended.Count <= ReportLimits.Default.MaxMends, "notes are bounded");
        foreach (var policy in report.Policies)
        {
            Must(IsCount(policy.Successful) && IsCount(policy.Failed) && policy.Details.All(detail => IsCount(detail.FailedSessions)), "counts are in range");
            Must(policy.PolicyString.Concat(policy.MxHost).All(IsText) && policy.PolicyString.Count <= ReportLimits.Default.MaxListElements && policy.MxHost.Count <= ReportLimits.Default.MaxListElements, "lists and their texts are bounded");
            Must(policy.Details.All(detail => IsText(detail.ResultType) && IsText(detail.FailureReasonCode) && IsText(detail.ReceivingMxHostname)), "texts are bounded");
        }
        Must(ReportDigest.Failures(report).Count <= 2 * ReportDigest.MaxFailures + report.Policies.Count, "what is stored is bounded");
        Must(ReportDigest.Reasons(report, [.. report.Policies.Select(policy => policy.PolicyType).Distinct().Select(type => new PolicyTypeSessions(type, 0, 0))]).Count <= ReportDigest.MaxReasons + 1, "the reasons too");
        _ = ReportDigest.Policies(report);
        foreach (var domain in report.PolicyDomains.Take(3))
        {
            Must(ReportIdentity.Of(report, domain).Length == 22 && ReportIdentity.ContentHash(report, domain).Length == 22, "it has an identity");
            Must(SessionCount.Of(report, domain) is not null, "its sessions are found");
        }
        var written = ReportWriter.Write(report);
        Must(ReportDecoder.Decode(written, ReportLimits.Default) is DecodeResult.Decoded { Reports: [var again] }, "what is written can be read");
        Must(report.Truncated != Truncations.None || ReportWriter.Write(((DecodeResult.Decoded)ReportDecoder.Decode(written, ReportLimits.Default)).Reports[0]).AsSpan().SequenceEqual(written), "written and read again it is the same");
    }

    private static bool IsCount(long count) => count is >= 0 and <= SessionCount.Maximum;

    private static bool IsText(string? text) => text is null || (Encoding.UTF8.GetByteCount(text) <= ReportLimits.Default.MaxStringBytes && !text.Contains('\0', StringComparison.Ordinal));
}

/// <summary>JSON, mutated as bytes and as JSON.</summary>
internal sealed class JsonReports : ReportReader
{
    public override string Name => "report as JSON";

    public override int Share => 20;

    public override IEnumerable<byte[]> Seeds() => FuzzSamples.Reports().Select(ReportWriter.Write).Concat(FuzzSamples.CorpusJson());

    public override byte[] Mutate(byte[] sample, IReadOnlyList<byte[]> samples, Dice dice) =>
        dice.OneIn(2) ? base.Mutate(sample, samples, dice) : dice.OneIn(4) ? base.Mutate(JsonMutator.Mutate(sample, dice), samples, dice) : JsonMutator.Mutate(sample, dice);
}

/// <summary>gzip: the packed bytes mutated, or the JSON within.</summary>
internal sealed class GzipReports : ReportReader
{
    public override string Name => "report as gzip";

    public override IEnumerable<byte[]> Seeds() => FuzzSamples.Reports().Take(8).Select(report => FuzzSamples.Gzip(ReportWriter.Write(report))).Append(FuzzSamples.Gzip(FuzzSamples.Gzip("{}"u8.ToArray()))).Append([.. FuzzSamples.Gzip("{"u8.ToArray()), .. FuzzSamples.Gzip("}"u8.ToArray())]);

    public override byte[] Mutate(byte[] sample, IReadOnlyList<byte[]> samples, Dice dice)
    {
        if (dice.OneIn(2) || FuzzSamples.Gunzip(sample) is not { } plain)
            return base.Mutate(sample, samples, dice);
        var packed = FuzzSamples.Gzip(dice.OneIn(2) ? JsonMutator.Mutate(plain, dice) : base.Mutate(plain, samples, dice));
        return dice.OneIn(4) ? packed[..dice.Below(packed.Length + 1)] : packed;
    }
}

/// <summary>Zip archives: the archive mutated, or a member packed anew.</summary>
internal sealed class ZipReports : ReportReader
{
    public override string Name => "report as zip";

    public override IEnumerable<byte[]> Seeds() => FuzzSamples.Reports().Take(6).Select(report => FuzzSamples.Zip(ReportWriter.Write(report), CompressionLevel.Fastest))
        .Append(FuzzSamples.Zip("{}"u8.ToArray(), CompressionLevel.NoCompression)).Append(FuzzSamples.Zip(FuzzSamples.Gzip("{}"u8.ToArray()), CompressionLevel.NoCompression));

    public override byte[] Mutate(byte[] sample, IReadOnlyList<byte[]> samples, Dice dice) => dice.OneIn(4)
        ? FuzzSamples.Zip(JsonMutator.Mutate(ReportWriter.Write(dice.Of(FuzzSamples.Reports())), dice), dice.OneIn(2) ? CompressionLevel.Fastest : CompressionLevel.NoCompression)
        : base.Mutate(sample, samples, dice);

    public override int Read(byte[] input, Dice dice)
    {
        var limits = ReportLimits.Default;
        if (ReportZip.Begins(input))
            Must(ReportZip.Read(input, limits).Count(member => member.Name.Length <= 255 && (member.Refused is null || member.Bytes.Length == 0)) <= ReportZip.Sizes(input, limits).Sizes.Count, "no more members than were counted");
        return base.Read(input, dice);
    }
}

/// <summary>Mails: the whole mutated, or the report within wrapped anew.</summary>
internal sealed class MailReports : ReportReader
{
    public override string Name => "report as mail";

    public override IEnumerable<byte[]> Seeds() => FuzzSamples.Mails().Concat(FuzzSamples.CorpusMails());

    public override byte[] Mutate(byte[] sample, IReadOnlyList<byte[]> samples, Dice dice)
    {
        if (dice.Below(4) > 0)
            return base.Mutate(sample, samples, dice);
        var json = JsonMutator.Mutate(ReportWriter.Write(dice.Of(FuzzSamples.Reports())), dice);
        return Encoding.Latin1.GetBytes($"Subject: r\r\nTLS-Report-Domain: a.example\r\nContent-Type: application/tlsrpt+gzip\r\nContent-Transfer-Encoding: base64\r\n\r\n{Convert.ToBase64String(FuzzSamples.Gzip(json), Base64FormattingOptions.InsertLineBreaks)}\r\n");
    }
}

/// <summary>Several reports in one delivery: streams of JSON, joined mails, mailboxes, and what stores and mail programs wrap around them.</summary>
internal sealed class SeveralReports : ReportReader
{
    private static byte[] Json => ReportWriter.Write(FuzzSamples.Reports()[0]);

    private static byte[] Mail => Encoding.ASCII.GetBytes($"From: a@b.example\r\nSubject: r\r\nContent-Type: application/tlsrpt+json\r\nContent-Transfer-Encoding: base64\r\n\r\n{Convert.ToBase64String(Json, Base64FormattingOptions.InsertLineBreaks)}\r\n");

    public override string Name => "several reports in one";

    public override IReadOnlyList<byte[]> Words { get; } = Bytes("\n", ",", "[", "]", "\u001e", "{\"report-id\":1,", "From \n", "From: x\nTo: y\n", "\u001f\u008b\u0008", "ustar", "0000777\0", "\0\0\0\0\0\0\0\0", "H4sI", "eyJ", "PK\u0006\u0006", "PK\u0006\u0007");

    public override IEnumerable<byte[]> Seeds()
    {
        yield return [.. Json, .. "\n"u8, .. Json, .. Json];
        yield return [(byte)'[', .. Json, (byte)',', .. Json, (byte)']'];
        yield return [.. FuzzSamples.Gzip(Json), .. FuzzSamples.Gzip(Json)];
        yield return [.. Mail, .. Mail];
        yield return [.. "From \n"u8, .. Mail, .. "From a Tue Nov 10 01:00:00 2026\r\n"u8, .. Mail];
        yield return [.. Encoding.ASCII.GetBytes($"{Mail.Length}\n"), .. Mail, .. "<plist/>"u8];
        yield return Encoding.ASCII.GetBytes(Convert.ToBase64String(FuzzSamples.Gzip(Json), Base64FormattingOptions.InsertLineBreaks));
        yield return [0x78, 0x9F, 0x3E, 0x22, 1, 0, 2, 2, 0x90, 6, 0, 0, 0, 0, 0, 0, 0, 2, 0x0F, 0x80, 6, 0, .. BitConverter.GetBytes(Json.Length), .. Json, 0, 0];
        using var tar = new MemoryStream();
        using (var writer = new System.Formats.Tar.TarWriter(tar, leaveOpen: true))
            writer.WriteEntry(new System.Formats.Tar.UstarTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "r.json") { DataStream = new MemoryStream(Json) });
        yield return tar.ToArray();
        yield return FuzzSamples.Gzip(tar.ToArray());
        yield return [0x30, 0x80, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 2, 0xA0, 0x80, 0x30, 0x80, 2, 1, 1, 0x31, 0, 0x30, 0x80, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 1, 0xA0, 0x80, 4, 2, (byte)'{', (byte)'}', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    }
}
