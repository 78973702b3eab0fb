using System.Text.Json;
using Xunit;

namespace MtaSts.Protocol.Tests.Records;

/// <summary>The TXT record at <c>_mta-sts.</c> (RFC 8461 §3.1), one text at a time and as a set.</summary>
public class PolicyRecordTests
{
    [Theory]
    [InlineData("v=STSv1; id=20160831085700Z;", "20160831085700Z")]
    [InlineData("v=STSv1;id=a", "a")]
    [InlineData("v=STSv1 \t; \tid=a \t; ", "a")]
    [InlineData("v=STSv1; id=a; more=b; x_1-2.3=!\"#$%&'()*+,-./:<>?@[]^_`{|}~", "a")]
    [InlineData("v=STSv1; more=b; id=a", "a")]
    [InlineData("v=STSv1; id=a; id=b", "a")]
    [InlineData("v=STSv1; id=a; id=b-c", "a")]
    [InlineData("v=STSv1; id=a; ID=b", "a")]
    [InlineData("v=STSv1; a2345678901234567890123456789012=b; id=a", "a")]
    public void Parse_ByTheGrammar_GivesTheFirstId(string text, string id) =>
        Assert.Equal(id, Assert.IsType<PolicyRecordReading.Found>(PolicyRecord.Parse(text)).Record.Id);

    [Theory]
    [InlineData("v=STSv1; id=a; id=b", "id")]
    [InlineData("v=STSv1; id=a; v=STSv1", "v")]
    [InlineData("v=STSv1; id=a; ID=b; x=1; x=2", null)]
    public void Parse_AFieldTwice_IsTold(string text, string? field) =>
        Assert.Equal(field, Assert.IsType<PolicyRecordReading.Found>(PolicyRecord.Parse(text)).Record.Repeated);

    [Theory]
    [InlineData("", "begin with")]
    [InlineData("v=STSv1", "id is missing")]
    [InlineData("v=STSv1;", "id is missing")]
    [InlineData("v=STSv1; x=y", "id is missing")]
    [InlineData("v=STSv1; Id=a", "id is missing")]
    [InlineData("V=STSv1; id=a", "begin with")]
    [InlineData("v=stsv1; id=a", "begin with")]
    [InlineData(" v=STSv1; id=a", "begin with")]
    [InlineData("v=STSv2; id=a", "begin with")]
    [InlineData("v =STSv1; id=a", "begin with")]
    [InlineData("id=a; v=STSv1", "begin with")]
    [InlineData("v=STSv10; id=a", "semicolon")]
    [InlineData("v=STSv1 id=a", "semicolon")]
    [InlineData("v=STSv1; id=", "1 to 32")]
    [InlineData("v=STSv1; id=2026-02-03", "1 to 32")]
    [InlineData("v=STSv1; id=012345678901234567890123456789012", "1 to 32")]
    [InlineData("v=STSv1; id=a-b; id=c", "1 to 32")]
    [InlineData("v=STSv1; id=\"a\"", "1 to 32")]
    [InlineData("v=STSv1; id =a", "without a space")]
    [InlineData("v=STSv1; id= a", "1 to 32")]
    [InlineData("v=STSv1;; id=a", "two semicolons")]
    [InlineData("v=STSv1; id=a;;", "two semicolons")]
    [InlineData("v=STSv1; id=a ", "white space at the end")]
    [InlineData("v=STSv1; id=a b=c", "semicolon")]
    [InlineData("v=STSv1; id=a, b=c", "1 to 32")]
    [InlineData("v=STSv1; id=a; bogus", "name, =, and a value")]
    [InlineData("v=STSv1; id=a; =b", "1 to 32 characters")]
    [InlineData("v=STSv1; id=a; b=", "no value")]
    [InlineData("v=STSv1; id=a; b==", "no value")]
    [InlineData("v=STSv1; id=a; b=c=d", "must not contain =")]
    [InlineData("v=STSv1; id=a; b=ü", "no value")]
    [InlineData("v=STSv1; id=a; b=cü", "ASCII")]
    [InlineData("v=STSv1; id=a; b=c\n", "ontrol characters")]
    [InlineData("v=STSv1; id=a; _b=c", "begin with a letter")]
    [InlineData("v=STSv1; id=a; a23456789012345678901234567890123=b", "1 to 32 characters")]
    public void Parse_OutsideTheGrammar_IsInvalidAndSaysWhy(string text, string word) =>
        Assert.Contains(word, Assert.IsType<PolicyRecordReading.Invalid>(PolicyRecord.Parse(text)).Reason, StringComparison.Ordinal);

    [Fact]
    public void Parse_LongerThanARecordCanBe_IsInvalid()
    {
        Assert.IsType<PolicyRecordReading.Found>(PolicyRecord.Parse("v=STSv1; id=a; x=" + new string('y', 65_535 - 17)));
        Assert.IsType<PolicyRecordReading.Invalid>(PolicyRecord.Parse("v=STSv1; id=a; x=" + new string('y', 65_536 - 17)));
    }

    [Fact]
    public void Write_AnId_IsExactlyTheFormEveryReaderAccepts() => Assert.Equal("v=STSv1; id=20260203120405a;", PolicyRecord.Write("20260203120405a"));

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a;b")]
    [InlineData("012345678901234567890123456789012")]
    public void Write_NoId_Throws(string id) => Assert.Throws<ArgumentException>(() => PolicyRecord.Write(id));

    [Fact]
    public void Select_OneAmongOthers_IsFound() =>
        Assert.Equal(
            new PolicyRecordReading.Found(new PolicyRecord("a")),
            PolicyRecord.Select(["v=spf1 -all", "v=STSv1; id=a;", "", "v=STSv2; id=b;", "v=STSv1 ; id=c;"]));

    [Fact]
    public void Select_TwoOrMore_IsMultipleEvenWhenOneIsInvalid()
    {
        Assert.Equal(new PolicyRecordReading.Multiple(2), PolicyRecord.Select(["v=STSv1; id=a;", "v=STSv1; id=a;"]));
        Assert.Equal(new PolicyRecordReading.Multiple(3), PolicyRecord.Select(["v=STSv1; id=a;", "v=STSv1;", "v=STSv1; id=b;"]));
    }

    [Fact]
    public void Select_OneInvalid_IsInvalid() => Assert.IsType<PolicyRecordReading.Invalid>(PolicyRecord.Select(["x", "v=STSv1; id=a-b"]));

    [Theory]
    [InlineData("\"v=STSv1; id=a;\"", "quotation marks")]
    [InlineData(" v=STSv1; id=a;", "comes near")]
    [InlineData("v=stsv1; id=a;", "comes near")]
    [InlineData("v=STSv1 ; id=a;", "comes near")]
    [InlineData("v=STSv1", "comes near")]
    [InlineData("id=a; v=STSv1;", "not at its beginning")]
    [InlineData("v=spf1 -all", null)]
    [InlineData("", null)]
    [InlineData("\"", null)]
    [InlineData("\"\"", null)]
    public void Select_None_SaysWhatWasProbablyMeant(string text, string? word)
    {
        var none = Assert.IsType<PolicyRecordReading.None>(PolicyRecord.Select([text]));

        if (word is null)
            Assert.Null(none.NearMiss);
        else
            Assert.Contains(word, none.NearMiss, StringComparison.Ordinal);
    }

    [Fact]
    public void Select_NoRecords_IsNone() => Assert.Equal(new PolicyRecordReading.None(null), PolicyRecord.Select([]));

    [Fact]
    public void Parse_EveryVectorOfOthers_HasTheVerdictOfTheRfc()
    {
        var wrong = new List<string>();
        foreach (var vector in Vectors.Load("mta-sts-txt-records.json").GetProperty("vectors").EnumerateArray())
        {
            var reading = PolicyRecord.Parse(vector.Text("input")!);
            // The ambiguous one is grammatical; the filter of Select does not let it through.
            var valid = vector.Text("rfc_verdict") is "valid" or "ambiguous";
            var id = vector.TryGetProperty("parsed", out var parsed) ? parsed.Text("id") : null;
            if (reading is PolicyRecordReading.Found found ? !valid || (id is not null && found.Record.Id != id) : valid)
                wrong.Add($"{vector.Text("id")} {vector.Text("why")}: {reading}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Select_EverySetOfOthers_HasTheVerdictOfTheRfc()
    {
        var wrong = new List<string>();
        // Sets that are not lists of texts are about DNS answers, which are looked up elsewhere.
        foreach (var set in Vectors.Load("mta-sts-txt-records.json").GetProperty("record_sets").EnumerateArray()
            .Where(static set => set.GetProperty("input").ValueKind == JsonValueKind.Array))
        {
            var reading = PolicyRecord.Select([.. set.GetProperty("input").EnumerateArray().Select(static text => text.GetString()!)]);
            var verdict = reading switch { PolicyRecordReading.Found => "valid", PolicyRecordReading.None => "none", _ => "invalid" };
            if (verdict != set.Text("rfc_verdict"))
                wrong.Add($"{set.Text("id")}: {reading}");
        }

        Assert.Empty(wrong);
    }
}
