using CsCheck;
using MtaSts.Protocol.Tests.Names;
using Xunit;

namespace MtaSts.Protocol.Tests.Records;

/// <summary>Whatever stands in the DNS: one of the declared readings.</summary>
public class RecordHostileTests
{
    private const string Policy = "v=STSv1 ; id=20160831085700Z; x-1=a;";
    private const string Reporting = "v=TLSRPTv1; rua=mailto:a%21b@example.com , https://r.example/x?a=b; x=y;";

    private static readonly Gen<string> Mutated =
        Gen.Select(NameGen.Pick(Policy, Reporting), Gen.Select(Gen.Int[0, 3], Gen.Int[0, 80], NameGen.Pick(";", "=", " ", "\t", ",", "!", "%", "%2", "v=STSv1;", "id=", "rua=", "mailto:", "\0", "é", "\"", "\uD800", "@", ":")).Array[1, 6])
            .Select(static (text, changes) => changes.Aggregate(text, static (now, change) =>
            {
                var at = Math.Min(change.Item2, now.Length);
                return change.Item1 switch { 0 => now[..at], 1 when at < now.Length => now.Remove(at, 1), 2 => now[at..] + now[..at], _ => now.Insert(at, change.Item3) };
            }));

    [Theory]
    [InlineData(Policy)]
    [InlineData(Reporting)]
    public void Parse_EveryCharacterReplacedByEveryOther_GivesADeclaredReading(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            for (var c = '\0'; c < 256; c++)
                Check(text[..at] + c + text[(at + 1)..]);
            Check(text[..at]);
            Check(text.Remove(at, 1));
        }
    }

    [Fact]
    public void Parse_MutatedRecords_GiveADeclaredReading() => Mutated.Sample(Check, iter: 20_000);

    [Fact]
    public void Parse_AnyText_GivesADeclaredReading() => Gen.String.Sample(static text =>
    {
        Check(text);
        Check("v=STSv1;" + text);
        Check("v=TLSRPTv1; rua=" + text);
    }, iter: 5_000);

    private static void Check(string text)
    {
        if (PolicyRecord.Parse(text) is PolicyRecordReading.Found policy)
        {
            Assert.StartsWith("v=STSv1", text, StringComparison.Ordinal);
            Assert.Equal(new PolicyRecordReading.Found(policy.Record with { Repeated = null }), PolicyRecord.Select([PolicyRecord.Write(policy.Record.Id)]));
        }

        if (ReportingRecord.Parse(text) is ReportingRecordReading.Found reporting)
        {
            Assert.StartsWith("v=TLSRPTv1", text, StringComparison.Ordinal);
            Assert.Equal(reporting.Record.Rua, Assert.IsType<ReportingRecordReading.Found>(ReportingRecord.Select([ReportingRecord.Write(reporting.Record.Rua)])).Record.Rua);
        }

        // The set's reading is the text's own where the text passes the filter, and none where it does not.
        Assert.Equal(
            text.StartsWith("v=STSv1;", StringComparison.Ordinal) ? PolicyRecord.Parse(text).GetType() : typeof(PolicyRecordReading.None),
            PolicyRecord.Select([text]).GetType());
        Assert.Equal(
            text.StartsWith("v=TLSRPTv1;", StringComparison.Ordinal) ? ReportingRecord.Parse(text).GetType() : typeof(ReportingRecordReading.None),
            ReportingRecord.Select([text]).GetType());
    }
}
