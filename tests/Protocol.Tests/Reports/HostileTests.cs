using System.IO.Compression;
using System.Text;
using CsCheck;
using MtaSts.Peers;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Protocol.Tests.Reports;

/// <summary>Whatever the bytes: one of the declared results, within bounded memory.</summary>
public class HostileTests
{
    /// <summary>
    /// Most a decode may allocate, whatever it is given: the inflated bytes as rented buffers that doubled on the way (twice their size, and the
    /// last one rounded up), and again as much for texts and for what is kept of them.
    /// </summary>
    private const long MostAllocated = 6L * 32 * 1024 * 1024;

    /// <summary>Most for a delivery of a few KiB that inflates to no more than it could: fixed costs of readers, and 1 MiB of inflated bytes.</summary>
    private const long MostAllocatedForSmall = 8L * 1024 * 1024;

    private static readonly byte[] Json = Given.Utf8(Given.SmallJson);

    private static readonly (string Name, byte[] Bytes)[] Small =
    [
        ("json", Json),
        ("gzip", Given.Gzip(Json)),
        ("zip", Given.Zip(("r", Json))),
        ("mail", Given.Utf8("Subject: r\nTLS-Report-Domain: a.example\nContent-Type: multipart/report; boundary=b\n\n--b\n\nhi\n--b\nContent-Transfer-Encoding: base64\n\n"
            + Given.Base64Lines(Given.Gzip(Json), "\n") + "\n--b--\n")),
    ];

    private static readonly (string Name, byte[] Bytes)[] Seeds =
    [
        .. Small,
        ("full json", Given.Utf8(Given.FullJson)),
        ("full gzip", Given.Gzip(Given.FullJson)),
        ("full zip", Given.Zip(("1.json", Given.Utf8(Given.FullJson)), ("2.json.gz", Given.Gzip(Given.SmallJson)))),
        ("full mail", Given.Utf8(Given.Mail(Given.Gzip(Given.FullJson)))),
        ("mail in a mail", Given.Utf8("Content-Type: message/rfc822\r\n\r\n" + Given.Mail(Json, "application/tlsrpt+json"))),
        ("utf-16", Encoding.Unicode.GetBytes(Given.SmallJson)),
    ];

    public static TheoryData<string> SmallNames() => [.. Small.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(SmallNames))]
    public void Decode_EveryPrefix_GivesADeclaredResult(string name)
    {
        var bytes = Bytes(name);
        for (var length = 0; length <= bytes.Length; length++)
            Check(ReportDecoder.Decode(bytes.AsMemory(0, length), ReportLimits.Default));
    }

    [Theory]
    [MemberData(nameof(SmallNames))]
    public void Decode_EverySuffix_GivesADeclaredResult(string name)
    {
        var bytes = Bytes(name);
        for (var start = 0; start <= bytes.Length; start++)
            Check(ReportDecoder.Decode(bytes.AsMemory(start), ReportLimits.Default));
    }

    // The short form changes each byte of the beginning, where formats have their marks, and then every eighth.
    private const int Beginning = 64, Stride = 8;

    [Theory]
    [MemberData(nameof(SmallNames))]
    public void Decode_EverySingleByteChanged_GivesADeclaredResult(string name)
    {
        var bytes = (byte[])Bytes(name).Clone();
        for (var at = 0; at < bytes.Length; at += at < Beginning || LongFormAttribute.IsOn ? 1 : Stride)
        {
            var original = bytes[at];
            for (var value = 0; value < 256; value++)
            {
                bytes[at] = (byte)value;
                Check(ReportDecoder.Decode(bytes, ReportLimits.Default));
            }
            bytes[at] = original;
        }
    }

    [Fact]
    public void Decode_MutatedReports_GiveADeclaredResultInBoundedMemory()
        => Mutations().Sample(bytes => AssertAllocates(bytes, MostAllocatedForSmall), iter: LongFormAttribute.IsOn ? 20_000 : 5_000, threads: 1, print: Convert.ToHexString);

    [Fact]
    public void Decode_RandomBytes_GiveADeclaredResultInBoundedMemory()
        => Gen.Byte.Array[0, 300].Sample(bytes => AssertAllocates(bytes, MostAllocatedForSmall), iter: 5_000, threads: 1, print: Convert.ToHexString);

    [Fact]
    public void Decode_TenGigabytesOfZeros_StopsAtTheLimit()
    {
        // Deflate that ends a block on a byte boundary may be repeated: one mebibyte of zeros, ten thousand times.
        const int Times = 10_240;
        using var block = new MemoryStream();
        using (var deflate = new DeflateStream(block, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            deflate.Write(new byte[1 << 20]);
            deflate.Flush();
            var bomb = new MemoryStream();
            bomb.Write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]);
            for (var i = 0; i < Times; i++)
                bomb.Write(block.GetBuffer(), 0, (int)block.Length);

            Assert.Equal(RefusalReason.DecompressedTooLarge, AssertRefused(bomb.ToArray()).Reason);
        }
    }

    [Fact]
    public void Decode_ZipOfZeros_StopsAtTheLimit()
        => Assert.Equal(RefusalReason.RatioTooHigh, AssertRefused(Given.Zip(("zeros", new byte[30 << 20]))).Reason);

    [Fact]
    public void Decode_ZipWhoseMembersAreOneBomb_StopsAtTheLimit()
    {
        // 10 MiB of spaces and tabs inflate at a modest ratio; fifty members unpack to 500 MiB.
        var random = new Random(7);
        var member = new byte[10 << 20];
        for (var i = 0; i < member.Length; i++)
            member[i] = i % 256 == 0 ? (byte)random.Next(256) : (byte)' ';
        Assert.Equal(RefusalReason.DecompressedTooLarge, AssertRefused(Given.Zip([.. Enumerable.Range(0, 4).Select(i => ($"{i}", member))])).Reason);
    }

    [Fact]
    public void Decode_AMillionEmptyGzipMembers_IsRefusedUnread()
    {
        byte[] empty = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal(RefusalReason.TooManyParts, AssertRefused(Repeat(empty, 1_000_000)).Reason);
    }

    [Fact]
    public void Decode_AMillionMimeParts_IsRefused()
        => Assert.Equal(RefusalReason.TooManyParts, AssertRefused([.. "Content-Type: multipart/mixed; boundary=b\n\n"u8, .. Repeat("--b\n\n"u8, 1_000_000)]).Reason);

    [Fact]
    public void Decode_AMillionHeaderFields_IsRefused()
        => Assert.Equal(RefusalReason.TooManyParts, AssertRefused(Repeat("a:\n"u8, 1_000_000)).Reason);

    [Fact]
    public void Decode_OneEndlessHeaderField_IsBounded()
    {
        Assert.Equal(RefusalReason.TooManyParts, AssertRefused([.. "Subject: "u8, .. Repeat("xxxxxxxx\n "u8, 1_000_000)]).Reason);
        Assert.Equal(RefusalReason.TooManyParts, AssertRefused([.. "Subject: "u8, .. Repeat("xxxxxxxxxx"u8, 1_000_000)]).Reason);
    }

    [Fact]
    public void Decode_AMillionListsInLists_IsRefused()
        => Assert.Equal(RefusalReason.TooDeep, AssertRefused([.. "{\"policies\":"u8, .. Repeat("["u8, 1_000_000)]).Reason);

    [Fact]
    public void Decode_AMillionDetails_KeepsTheLimit()
    {
        byte[] json =
        [
            .. Given.Utf8(Given.WithPolicy(afterSummary: "\"failure-details\":[").TrimEnd('}', ']')),
            .. Repeat("{\"result-type\":\"x\"},"u8, 1_000_000), .. "0]}]}"u8,
        ];

        var report = Assert.Single(Assert.IsType<DecodeResult.Decoded>(AssertAllocates(Given.Gzip(json), MostAllocated)).Reports);

        Assert.Equal(ReportLimits.Default.MaxDetails, report.Policies[0].Details.Count);
        Assert.Equal(Truncations.Details | Truncations.Mends, report.Truncated);
    }

    [Fact]
    public void Decode_AMillionPolicies_KeepsTheLimit()
    {
        byte[] json = [.. Given.Utf8(Given.WithPolicies("[").TrimEnd('}')), .. Repeat("{\"policy\":{}},"u8, 1_000_000), .. "0]}"u8];

        var report = Assert.Single(Assert.IsType<DecodeResult.Decoded>(AssertAllocates(json, MostAllocated)).Reports);

        Assert.Equal(ReportLimits.Default.MaxPolicies, report.Policies.Count);
    }

    [Fact]
    public void Decode_AMillionDuplicateNames_IsBounded()
    {
        byte[] json = [(byte)'{', .. Repeat("\"policies\":[],"u8, 1_000_000), .. Json.AsSpan(1)];

        AssertAllocates(json, MostAllocated);
    }

    [Fact]
    public void Decode_TextsOfMegabytes_AreCutAndBounded()
    {
        var text = new string('x', 4 << 20);
        foreach (var written in new[] { $"\"{text}\"", "\"" + string.Concat(Enumerable.Repeat("\\u00e9", 1 << 20)) + "\"", new string('9', 1 << 20) })
        {
            var json = Given.Utf8(Given.WithPolicy($"\"policy-string\":[{written}],\"mx-host\":{written}").Replace("\"r1\"", written, StringComparison.Ordinal));

            var report = Assert.Single(Assert.IsType<DecodeResult.Decoded>(AssertAllocates(json, MostAllocated)).Reports);

            Assert.True(Encoding.UTF8.GetByteCount(report.ReportId!) <= ReportLimits.Default.MaxStringBytes);
        }
    }

    [Fact]
    public void Decode_CountOfAMillionDigits_Saturates()
        => Assert.Equal(SessionCount.Maximum, Given.Policy(Given.WithPolicy(summary: $$"""{"total-successful-session-count":{{new string('9', 1_000_000)}},"total-failure-session-count":0}""")).Successful);

    [Fact]
    public void Decode_SmallReportAgainAndAgain_AllocatesLittle()
    {
        // A sound report of some KiB must not cost megabytes: the intake decodes thousands a second.
        const long Most = 64 * 1024;
        foreach (var (_, bytes) in Seeds)
        {
            ReportDecoder.Decode(bytes, ReportLimits.Default);
            AssertAllocates(bytes, Most);
        }
    }

    private static byte[] Bytes(string name) => Small.Single(s => s.Name == name).Bytes;

    private static byte[] Repeat(ReadOnlySpan<byte> bytes, int times)
    {
        var all = new byte[bytes.Length * times];
        for (var i = 0; i < times; i++)
            bytes.CopyTo(all.AsSpan(i * bytes.Length));
        return all;
    }

    private static DecodeResult.Refused AssertRefused(byte[] bytes)
        => Assert.IsType<DecodeResult.Refused>(AssertAllocates(bytes, MostAllocated));

    private static DecodeResult AssertAllocates(byte[] bytes, long most)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = ReportDecoder.Decode(bytes, ReportLimits.Default);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= most, $"{allocated} bytes were allocated, {most} are allowed.");
        Check(result);
        return result;
    }

    private static void Check(DecodeResult result)
    {
        switch (result)
        {
            case DecodeResult.Decoded decoded:
                Assert.NotEmpty(decoded.Reports);
                foreach (var report in decoded.Reports)
                    Check(report);
                break;
            case DecodeResult.Refused refused:
                Assert.True(Enum.IsDefined(refused.Reason) && refused.Message.Length > 40);
                break;
            default:
                Assert.Fail("A third kind of result.");
                break;
        }
    }

    private static void Check(TlsReport report)
    {
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (report.Start.Offset, report.End.Offset));
        Assert.All(report.Policies, p => Assert.True(p.Successful is >= 0 and <= SessionCount.Maximum && p.Failed is >= 0 and <= SessionCount.Maximum));
        Assert.True(report.Mended.Count <= ReportLimits.Default.MaxMends);
        // What callers do next must hold too.
        foreach (var domain in report.PolicyDomains)
        {
            Assert.Equal(22, ReportIdentity.Of(report, domain).Length);
            Assert.NotNull(SessionCount.Of(report, domain));
        }
    }

    private static Gen<byte[]> Mutations()
    {
        var seed = Gen.Int[0, Seeds.Length - 1].Select(i => Seeds[i].Bytes);
        var place = Gen.Int[0, int.MaxValue];
        string[] words = ["{", "}", "[", "]", "\"", "\\u0000", "\\ud800", ":", ",", "null", "-", "1e999", "--b", "--=-b--", "\n", "\r\n\r\n", "PK\x3\x4", "PK\x5\x6", "\x1f\x8b\b", "=?utf-8?b?", "\"policies\"", "Content-Type: message/rfc822\n\n"];
        var word = Gen.Int[0, words.Length - 1].Select(i => Encoding.Latin1.GetBytes(words[i]));
        var step = Gen.Select(Gen.Int[0, 5], place, place, Gen.Byte, word, seed);
        return Gen.Select(seed, step.Array[1, 6]).Select((start, steps) =>
        {
            var bytes = start.ToList();
            foreach (var (kind, at, length, value, token, other) in steps)
            {
                if (bytes.Count == 0)
                    break;
                var from = at % bytes.Count;
                var count = Math.Min(1 + (length % 40), bytes.Count - from);
                switch (kind)
                {
                    case 0:
                        bytes[from] = value;
                        break;
                    case 1:
                        bytes.RemoveRange(from, count);
                        break;
                    case 2:
                        bytes.InsertRange(from, bytes.GetRange(from, count));
                        break;
                    case 3:
                        bytes.InsertRange(from, token);
                        break;
                    case 4:
                        bytes.InsertRange(from, other);
                        break;
                    default:
                        bytes[from] ^= (byte)(1 << (value % 8));
                        break;
                }
            }
            return bytes.ToArray();
        });
    }
}
