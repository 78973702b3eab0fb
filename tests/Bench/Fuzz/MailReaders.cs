using System.Text;
using MimeKit;
using MtaSts.Grains.Dkim;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Mailboxes;
using MtaSts.Protocol.Reports;

namespace MtaSts.Bench.Fuzz;

/// <summary>mbox files: however they are cut into chunks, the same mails come out.</summary>
internal sealed class Mailboxes : FuzzReader
{
    private const int MaxMail = 4096;

    public override string Name => "mbox splitter";

    public override IReadOnlyList<byte[]> Words { get; } = Bytes("From ", "From a@b Mon Jan  1 00:00:00 2026\n", "\n\nFrom a 1:23\n", ">From ", ">>From x\n", "\n\n", "\r\n\r\n");

    public override IEnumerable<byte[]> Seeds() => Bytes("From a@b Mon Jan  1 00:00:00 2026\nSubject: x\n\nhello\n>From me\n\nFrom c@d Mon Jan  1 00:00:01 2026\r\nSubject: y\r\n\r\nbye\r\n\r\n", "From a 0:00\n\n");

    public override int Read(byte[] input, Dice dice)
    {
        var whole = Split(input, []);
        Must(whole.All(mail => mail.Bytes.Length <= MaxMail && (mail.Bytes.Length == 0) == mail.IsTooLarge), "mails are bounded");
        int[][] cuttings = dice.OneIn(64) && input.Length < 2_000 ? [.. Enumerable.Range(0, input.Length).Select(at => new[] { at })] : [Cuts.Of(input.Length, dice)];
        foreach (var cuts in cuttings)
        {
            var cut = Split(input, cuts);
            Must(cut.Count == whole.Count && cut.Zip(whole).All(pair => pair.First.IsTooLarge == pair.Second.IsTooLarge && pair.First.Bytes.AsSpan().SequenceEqual(pair.Second.Bytes)), "cut at " + string.Join(' ', cuts) + " the same mails come out");
        }
        return whole.Count * 2 + (whole.Any(mail => mail.IsTooLarge) ? 1 : 0);
    }

    private static List<MailboxMail> Split(byte[] input, int[] cuts)
    {
        var splitter = new MailboxSplitter(MaxMail);
        var mails = new List<MailboxMail>();
        var from = 0;
        foreach (var to in cuts.Append(input.Length))
        {
            mails.AddRange(splitter.Push(input.AsSpan(from, to - from)));
            from = to;
        }
        mails.AddRange(splitter.End());
        return mails;
    }
}

/// <summary>Places at which an input is cut.</summary>
internal static class Cuts
{
    /// <summary>Up to five, in order.</summary>
    public static int[] Of(int length, Dice dice) => [.. Enumerable.Range(0, 1 + dice.Below(5)).Select(_ => dice.Below(length + 1)).Order()];
}

/// <summary>Tokens in the header of a mail that lies in a mailbox.</summary>
internal sealed class Tokens : FuzzReader
{
    public override string Name => "tokens in a mail's header";

    public override IReadOnlyList<byte[]> Words { get; } = Bytes("To: ", "Delivered-To: ", "X-Original-To: ", "@reports.example", "reports+abc@x.example", "<", ">", ",", "\r\n ", "\n\n", "\"", "\u00fc");

    public override IEnumerable<byte[]> Seeds() => Bytes("Delivered-To: abc@reports.example\r\nTo: x@y.example\r\n\r\n", "To: A <abc@reports.example>,\r\n\tdef@reports.example\n\nbody");

    public override int Read(byte[] input, Dice dice)
    {
        string[] tokens = [.. MailTokens.Of(input, "reports.example").SelectMany(field => field)];
        string[] extensions = [.. MailTokens.Of(input, "reports.example", '+').SelectMany(field => field)];
        Must(tokens.Length <= MailTokens.MaxTokens && extensions.Length <= MailTokens.MaxTokens, "tokens are bounded");
        Must(tokens.Distinct().Count() == tokens.Length && tokens.All(token => token.Length > 0 && !token.Any(char.IsAsciiLetterUpper)), "each once, in lower case");
        return tokens.Length + (100 * extensions.Length);
    }
}

/// <summary>DKIM: the tag list, a signature's field, a key's record, and whole mails with a DNS that says what the input says.</summary>
internal sealed class Dkim : FuzzReader
{
    private const string Key = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB";
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    public override string Name => "DKIM signatures and keys";

    public override int Share => 8;

    public override IReadOnlyList<byte[]> Words { get; } = Bytes("v=1;", "a=rsa-sha256;", "a=ed25519-sha256;", "c=relaxed/simple;", "d=bigmail.example;", "s=tlsrpt;", "h=From:To;", "bh=", "b=", "l=1;", "t=1;", "x=99999999999;", "i=@x.bigmail.example;", "p=", "k=ed25519;", "s=*;", "\u0001", ";", "=", "DKIM-Signature: ", "q=dns/txt;", "z=");

    public override IEnumerable<byte[]> Seeds() => Bytes(
        $"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=bigmail.example; s=tlsrpt;\r\n h=From:To:Subject; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=dGVzdA==; t=1767225600; x=1893456000\r\nFrom: a@bigmail.example\r\nTo: b@c.example\r\n\r\n\u0001{Key}\u0001v=DMARC1; p=none",
        "DKIM-Signature: v=1; a=ed25519-sha256; d=bigmail.example; s=x; h=from; bh=AA==; b=AA==\r\nFrom: a@bigmail.example\r\n\r\nx\u0001v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\u0001v=DMARC1; psd=y");

    public override int Read(byte[] input, Dice dice)
    {
        var parts = Encoding.Latin1.GetString(input).Split('\u0001', 3);
        var (mail, key, dmarc) = (parts[0], parts.ElementAtOrDefault(1) ?? "", parts.ElementAtOrDefault(2) ?? "");
        _ = TagList.Parse(key);
        if (Header.TryParse(Encoding.Latin1.GetBytes(mail), out var field))
        {
            var signature = DkimSignature.Read(field, Now);
            Must(signature.Fault is not null || signature.KeyName.Length <= 253, "a name that is asked for can be");
            _ = DkimKey.Read(key, signature);
        }
        using var check = new DkimCheck(new Answers(key, dmarc), TimeProvider.System);
        var finding = check.Of(Encoding.Latin1.GetBytes(mail), ["other.bigmail.example"], Now).GetAwaiter().GetResult();
        Must(Enum.IsDefined(finding.Verdict) && finding.Detail.Length is > 0 and < 1000, "there is a verdict with a reason");
        return (int)finding.Verdict * 100 + (int)(finding.Fault ?? 0);
    }

    private sealed class Answers(string key, string dmarc) : IDnsLookup
    {
        public Task<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancellationToken)
        {
            Must(name.Length <= 300, "names that are asked for are bounded");
            return Task.FromResult(new DnsAnswer(DnsStatus.Found, [new DnsRecord(name, name.StartsWith("_dmarc.", StringComparison.Ordinal) ? dmarc : key, 0)]));
        }
    }
}
