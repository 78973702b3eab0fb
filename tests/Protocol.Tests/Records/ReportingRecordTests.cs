using CsCheck;
using MtaSts.Protocol.Tests.Names;
using Xunit;

namespace MtaSts.Protocol.Tests.Records;

/// <summary>The TXT record at <c>_smtp._tls.</c> (RFC 8460 §3), one text at a time and as a set.</summary>
public class ReportingRecordTests
{
    [Theory]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com", "mailto:a@example.com")]
    [InlineData("v=TLSRPTv1;rua=mailto:a@example.com;", "mailto:a@example.com")]
    [InlineData("v=TLSRPTv1 ; rua=mailto:a@example.com \t,\thttps://r.example/x ; ", "mailto:a@example.com https://r.example/x")]
    [InlineData("v=TLSRPTv1; rua=https://r.example/x?a=b", "https://r.example/x?a=b")]
    [InlineData("v=TLSRPTv1; ext=1; rua=mailto:a@example.com; more=2", "mailto:a@example.com")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com; rua=mailto:b@example.com", "mailto:a@example.com mailto:b@example.com")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com  ", "mailto:a@example.com")]
    public void Parse_ByTheGrammar_GivesTheAddressesInOrder(string text, string uris) =>
        Assert.Equal(uris, string.Join(' ', Assert.IsType<ReportingRecordReading.Found>(ReportingRecord.Parse(text)).Record.Rua));

    [Fact]
    public void Parse_ASchemeOfTheFuture_IsKeptApart()
    {
        var found = Assert.IsType<ReportingRecordReading.Found>(ReportingRecord.Parse("v=TLSRPTv1; rua=mailto:a@example.com,http://r.example/,x+y:z"));

        Assert.Equal(["mailto:a@example.com"], found.Record.Rua.Select(static uri => uri.Value));
        Assert.Equal(["http://r.example/", "x+y:z"], found.Record.Unsupported);
    }

    [Theory]
    [InlineData("", "begin with")]
    [InlineData("v=tlsrptv1; rua=mailto:a@example.com", "begin with")]
    [InlineData("v=TLSRPTv2; rua=mailto:a@example.com", "begin with")]
    [InlineData("v=TLSRPTv1", "missing")]
    [InlineData("v=TLSRPTv1;", "missing")]
    [InlineData("v=TLSRPTv1; x=y", "missing")]
    [InlineData("v=TLSRPTv1; RUA=mailto:a@example.com", "missing")]
    [InlineData("v=TLSRPTv10; rua=mailto:a@example.com", "semicolon")]
    [InlineData("v=TLSRPTv1; rua=", "empty")]
    [InlineData("v=TLSRPTv1; rua=,", "empty")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com,", "empty")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com,,mailto:b@example.com", "empty")]
    [InlineData("v=TLSRPTv1; rua=a@example.com", "mailto: or https:")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com!10m", "DMARC")]
    [InlineData("v=TLSRPTv1; rua=http://r.example/", "No address")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com mailto:b@example.com", "semicolon")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com;;", "two semicolons")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com; x=", "no value")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com; x=y=z", "must not contain =")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@bücher.example", "ASCII")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@example.com\0", "cannot contain")]
    public void Parse_OutsideTheGrammar_IsInvalidAndSaysWhy(string text, string word) =>
        Assert.Contains(word, Assert.IsType<ReportingRecordReading.Invalid>(ReportingRecord.Parse(text)).Reason, StringComparison.Ordinal);

    [Fact]
    public void Parse_LongerThanARecordCanBe_IsInvalid() =>
        Assert.IsType<ReportingRecordReading.Invalid>(ReportingRecord.Parse("v=TLSRPTv1; rua=mailto:a@example.com; x=" + new string('y', 65_535)));

    [Fact]
    public void Write_Addresses_IsExactlyOneField()
    {
        Assert.Equal("v=TLSRPTv1; rua=mailto:a@example.com;", ReportingRecord.Write(["mailto:a@example.com"]));
        Assert.Equal(
            "v=TLSRPTv1; rua=mailto:a%21b@example.com,https://r.example/x;",
            ReportingRecord.Write([ReportUri.Parse("mailto:a!b@example.com"), ReportUri.Parse("https://r.example/x")]));
    }

    [Fact]
    public void Write_NoneOrNoAddress_Throws()
    {
        Assert.Throws<ArgumentException>(() => ReportingRecord.Write(Array.Empty<string>()));
        Assert.Throws<FormatException>(() => ReportingRecord.Write(["mailto:nobody"]));
    }

    [Fact]
    public void Select_OneManyAndNone_AsTheRfcSays()
    {
        const string good = "v=TLSRPTv1; rua=mailto:a@example.com;";

        Assert.IsType<ReportingRecordReading.Found>(ReportingRecord.Select(["other", good, "v=TLSRPTv1 ; rua=mailto:b@example.com"]));
        Assert.Equal(new ReportingRecordReading.Multiple(2), ReportingRecord.Select([good, "v=TLSRPTv1;"]));
        Assert.IsType<ReportingRecordReading.Invalid>(ReportingRecord.Select(["v=TLSRPTv1; rua=x"]));
        Assert.Equal(new ReportingRecordReading.None(null), ReportingRecord.Select(["other"]));
        Assert.Contains("comes near", Assert.IsType<ReportingRecordReading.None>(ReportingRecord.Select(["v=tlsrptv1; rua=x"])).NearMiss, StringComparison.Ordinal);
    }

    [Fact]
    public void Equality_SameAddressesInOrder_IsOne()
    {
        static ReportingRecord Read(string text) => Assert.IsType<ReportingRecordReading.Found>(ReportingRecord.Parse(text)).Record;
        var record = Read("v=TLSRPTv1; rua=mailto:a@example.com,x:y");

        Assert.Equal(record, Read("v=TLSRPTv1;rua=mailto:a@example.com , x:y;"));
        Assert.Equal(record.GetHashCode(), Read("v=TLSRPTv1;rua=mailto:a@example.com,x:y").GetHashCode());
        Assert.NotEqual(record, Read("v=TLSRPTv1; rua=mailto:a@example.com"));
    }

    [Fact]
    public void WriteAndParse_AnyAddresses_ComeBack() =>
        NameGen.Domain.Select(Gen.Int[0, 1]).Select(static pair => ReportUri.Parse(pair.Item2 == 0 ? $"mailto:t!k@{pair.Item1}" : $"https://{pair.Item1}/a,b;c?d=e"))
            .Array[1, 5].Sample(static uris =>
                Assert.Equal(uris, Assert.IsType<ReportingRecordReading.Found>(ReportingRecord.Select([ReportingRecord.Write(uris)])).Record.Rua));

    [Fact]
    public void Parse_EveryVectorOfOthers_HasTheVerdictOfTheRfc()
    {
        var wrong = new List<string>();
        var file = Vectors.Load("tlsrpt-txt-records.json");
        foreach (var vector in file.GetProperty("vectors").EnumerateArray())
        {
            var reading = ReportingRecord.Parse(vector.Text("input")!);
            var valid = vector.Text("rfc_verdict")!.StartsWith("valid", StringComparison.Ordinal);
            var uris = vector.TryGetProperty("parsed", out var parsed) ? parsed.EnumerateArray().Select(static uri => uri.GetString()).ToArray() : null;
            if (reading is ReportingRecordReading.Found found
                ? !valid || (uris is not null && !found.Record.Rua.Select(static uri => uri.Value).SequenceEqual(uris))
                : valid)
            {
                wrong.Add($"{vector.Text("id")} {vector.Text("why")}: {reading}");
            }
        }

        foreach (var set in file.GetProperty("record_sets").EnumerateArray())
            Assert.IsType<ReportingRecordReading.Multiple>(ReportingRecord.Select([.. set.GetProperty("input").EnumerateArray().Select(static text => text.GetString()!)]));
        Assert.Empty(wrong);
    }
}
