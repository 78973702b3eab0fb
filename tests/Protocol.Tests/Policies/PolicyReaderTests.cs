using System.Globalization;
using System.Text;
using Xunit;

namespace MtaSts.Protocol.Tests.Policies;

/// <summary>The two readings of a policy file, rule by rule (RFC 8461 §3.2).</summary>
public class PolicyReaderTests
{
    private const string Good = "version: STSv1\r\nmode: testing\r\nmax_age: 86400\r\nmx: mx.example.com\r\n";

    [Fact]
    public void Read_TheExampleOfRfc8461_GivesItsPolicy()
    {
        const string example = "version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\nmx: backupmx.example.com\nmax_age: 604800\n";

        var reading = Tolerant(example);

        Assert.Equal(
            new Policy(PolicyMode.Enforce, [MxPattern.Parse("mail.example.com"), MxPattern.Parse("*.example.net"), MxPattern.Parse("backupmx.example.com")], 604_800),
            Assert.IsType<PolicyReading.Accepted>(reading).Policy);
    }

    /// <summary>What senders must accept although we would not write it so: accepted with a note, and refused by the strict reading when some misread it.</summary>
    [Theory]
    [InlineData("version:STSv1\r\nmode:\ttesting\r\nmax_age:  86400\r\nmx: \t mx.example.com\r\n", FindingWeight.Remark, null)]
    [InlineData("version: STSv1\nmode: testing\nmax_age: 86400\nmx: mx.example.com\n", FindingWeight.Remark, PolicyCodes.LineFeedOnly)]
    [InlineData("version: STSv1\r\nmode: testing\r\nmax_age: 86400\r\nmx: mx.example.com", FindingWeight.Remark, PolicyCodes.NoFinalLineEnd)]
    [InlineData("version: STSv1 \r\nmode: testing\r\nmax_age: 86400\r\nmx: mx.example.com\r\n", FindingWeight.Remark, PolicyCodes.TrailingSpace)]
    [InlineData("version: STSv1\r\nmode: testing\t\r\nmax_age: 86400\r\nmx: mx.example.com\r\n", FindingWeight.Remark, PolicyCodes.TrailingSpace)]
    [InlineData("version: STSv1\r\nmode: testing\r\nmax_age: 0086400\r\nmx: mx.example.com\r\n", FindingWeight.Remark, PolicyCodes.MaxAgeLeadingZero)]
    [InlineData("version: STSv1\r\nmode: testing\r\nmax_age: 86400\r\nmx: MX.example.com\r\n", FindingWeight.Remark, PolicyCodes.MxUpperCase)]
    [InlineData("version: STSv1\r\nmode: testing\r\nmax_age: 86400\r\nmx: mx.example.com\r\nx-note: a b  c\r\n", FindingWeight.Remark, PolicyCodes.KeyUnknown)]
    [InlineData("mode: testing\r\nversion: STSv1\r\nmax_age: 86400\r\nmx: mx.example.com\r\n", FindingWeight.Risk, PolicyCodes.VersionNotFirst)]
    [InlineData("version: STSv1\r\nmode: testing\r\nmode: enforce\r\nmax_age: 86400\r\nmx: mx.example.com\r\n", FindingWeight.Risk, PolicyCodes.KeyDuplicate)]
    [InlineData("version: STSv1\r\nmode: testing\r\nmax_age: 86400\r\nmax_age: many\r\nmx: mx.example.com\r\n", FindingWeight.Risk, PolicyCodes.KeyDuplicate)]
    [InlineData("version: STSv1\r\nmode: testing\r\nmax_age: 86400\r\nmx: mx.example.com\r\nmx: mx.example.com\r\n", FindingWeight.Risk, PolicyCodes.MxDuplicate)]
    public void Read_WhatSendersMustAccept_IsAcceptedWithANote(string file, FindingWeight weight, string? code)
    {
        var accepted = Assert.IsType<PolicyReading.Accepted>(Tolerant(file));

        Assert.Equal((PolicyMode.Testing, 86_400), (accepted.Policy.Mode, accepted.Policy.MaxAge));
        Assert.All(accepted.Policy.Mx, static mx => Assert.Equal("mx.example.com", mx.Value));
        Assert.Equal(code is null ? [] : [(weight, code)], accepted.Notes.Select(static note => (note.Weight, note.Code)));
        if (weight == FindingWeight.Risk)
            Assert.Equal(code, Assert.Single(Assert.IsType<PolicyReading.Refused>(Strict(file)).Problems).Code);
        else
            Assert.Equal(accepted.Policy, Assert.IsType<PolicyReading.Accepted>(Strict(file)).Policy);
    }

    [Theory]
    [InlineData("version: STSv1\r\nmode: none\r\nmax_age: 86400\r\n", PolicyCodes.MxMissing)]
    [InlineData("version: STSv1\r\nmode: none\r\nmax_age: 0\r\nmx: mx.example.com\r\n", PolicyCodes.MaxAgeZero)]
    [InlineData("version: STSv1\r\nmode: none\r\nmax_age: 1\r\nmx: localhost\r\n", PolicyCodes.MxSingleLabel)]
    [InlineData("version: STSv1\r\nmode: none\r\nmax_age: 1\r\nmx: *.com\r\n", PolicyCodes.MxSingleLabel)]
    [InlineData("version: STSv1\r\nmode: none\r\nmax_age: 1\r\nmx: xn--999999999.example\r\n", PolicyCodes.MxNotIdna)]
    public void Read_WhatTheGrammarAllowsAndWeWouldNotWrite_IsARisk(string file, string code)
    {
        Assert.Equal((FindingWeight.Risk, code), Assert.Single(Assert.IsType<PolicyReading.Accepted>(Tolerant(file)).Notes.Select(static note => (note.Weight, note.Code))));
        Assert.IsType<PolicyReading.Refused>(Strict(file));
    }

    [Theory]
    [InlineData("", 0, PolicyCodes.EmptyFile)]
    [InlineData("\r\n", 1, PolicyCodes.BlankLine)]
    [InlineData("version: STSv1\r\n\r\nmode: testing\r\nmax_age: 86400\r\nmx: mx.example.com\r\n", 2, PolicyCodes.BlankLine)]
    [InlineData(Good + "\r\n", 5, PolicyCodes.BlankLine)]
    [InlineData(Good + " \t", 5, PolicyCodes.BlankLine)]
    [InlineData("\uFEFF" + Good, 1, PolicyCodes.ByteOrderMark)]
    [InlineData(" " + Good, 1, PolicyCodes.LeadingSpace)]
    [InlineData("version: STSv1\r\n\tmode: testing\r\nmax_age: 86400\r\nmx: mx.example.com\r\n", 2, PolicyCodes.LeadingSpace)]
    [InlineData("version: STSv1\r\nmode : testing\r\nmax_age: 86400\r\nmx: mx.example.com\r\n", 2, PolicyCodes.SpaceBeforeColon)]
    [InlineData(Good + "# a comment\r\n", 5, PolicyCodes.NoColon)]
    [InlineData(Good + "-x: y\r\n", 5, PolicyCodes.KeyInvalid)]
    [InlineData(Good + "_x: y\r\n", 5, PolicyCodes.KeyInvalid)]
    [InlineData(Good + ": y\r\n", 5, PolicyCodes.KeyInvalid)]
    [InlineData(Good + "a b: y\r\n", 5, PolicyCodes.KeyInvalid)]
    [InlineData(Good + "ü: y\r\n", 5, PolicyCodes.KeyInvalid)]
    [InlineData(Good + "a23456789012345678901234567890123: y\r\n", 5, PolicyCodes.KeyInvalid)]
    [InlineData(Good + "x:\r\n", 5, PolicyCodes.ValueInvalid)]
    [InlineData(Good + "x: a\tb\r\n", 5, PolicyCodes.ValueInvalid)]
    [InlineData(Good + "x: a\rb\r\n", 5, PolicyCodes.ValueInvalid)]
    [InlineData(Good + "x: a\0b\r\n", 5, PolicyCodes.ValueInvalid)]
    [InlineData(Good + "x: a\u007Fb\r\n", 5, PolicyCodes.ValueInvalid)]
    [InlineData("version: STSv2\r\nmode: testing\r\nmax_age: 86400\r\nmx: mx.example.com\r\n", 1, PolicyCodes.VersionInvalid)]
    [InlineData("version: stsv1\r\nmode: testing\r\nmax_age: 86400\r\nmx: mx.example.com\r\n", 1, PolicyCodes.VersionInvalid)]
    [InlineData("version: STSv10\r\nmode: testing\r\nmax_age: 86400\r\nmx: mx.example.com\r\n", 1, PolicyCodes.VersionInvalid)]
    [InlineData("mode: testing\r\nmax_age: 86400\r\nmx: mx.example.com\r\n", 0, PolicyCodes.VersionMissing)]
    [InlineData("Version: STSv1\r\nmode: testing\r\nmax_age: 86400\r\nmx: mx.example.com\r\n", 0, PolicyCodes.VersionMissing)]
    [InlineData("version: STSv1\r\nmode: Testing\r\nmax_age: 86400\r\nmx: mx.example.com\r\n", 2, PolicyCodes.ModeInvalid)]
    [InlineData("version: STSv1\r\nmode: report\r\nmax_age: 86400\r\nmx: mx.example.com\r\n", 2, PolicyCodes.ModeInvalid)]
    [InlineData("version: STSv1\r\nmode:\r\nmax_age: 86400\r\nmx: mx.example.com\r\n", 2, PolicyCodes.ModeInvalid)]
    [InlineData("version: STSv1\r\nmode: report\r\nmode: testing\r\nmax_age: 86400\r\nmx: mx.example.com\r\n", 2, PolicyCodes.ModeInvalid)]
    [InlineData("version: STSv1\r\nmax_age: 86400\r\nmx: mx.example.com\r\n", 0, PolicyCodes.ModeMissing)]
    [InlineData("version: STSv1\r\nmode: testing\r\nmax_age: -1\r\nmx: mx.example.com\r\n", 3, PolicyCodes.MaxAgeInvalid)]
    [InlineData("version: STSv1\r\nmode: testing\r\nmax_age: 1.5\r\nmx: mx.example.com\r\n", 3, PolicyCodes.MaxAgeInvalid)]
    [InlineData("version: STSv1\r\nmode: testing\r\nmax_age: 1d\r\nmx: mx.example.com\r\n", 3, PolicyCodes.MaxAgeInvalid)]
    [InlineData("version: STSv1\r\nmode: testing\r\nmax_age:\r\nmx: mx.example.com\r\n", 3, PolicyCodes.MaxAgeInvalid)]
    [InlineData("version: STSv1\r\nmode: testing\r\nmax_age: 00000086400\r\nmx: mx.example.com\r\n", 3, PolicyCodes.MaxAgeInvalid)]
    [InlineData("version: STSv1\r\nmode: testing\r\nmax_age: ٣\r\nmx: mx.example.com\r\n", 3, PolicyCodes.MaxAgeInvalid)]
    [InlineData("version: STSv1\r\nmode: testing\r\nmax_age: 31557601\r\nmx: mx.example.com\r\n", 3, PolicyCodes.MaxAgeOutOfRange)]
    [InlineData("version: STSv1\r\nmode: testing\r\nmax_age: 9999999999\r\nmx: mx.example.com\r\n", 3, PolicyCodes.MaxAgeOutOfRange)]
    [InlineData("version: STSv1\r\nmode: testing\r\nmx: mx.example.com\r\n", 0, PolicyCodes.MaxAgeMissing)]
    [InlineData("version: STSv1\r\nmode: testing\r\nmaxage: 86400\r\nmx: mx.example.com\r\n", 0, PolicyCodes.MaxAgeMissing)]
    [InlineData("version: STSv1\r\nmode: testing\r\nmax_age: 86400\r\n", 0, PolicyCodes.MxMissing)]
    [InlineData("version: STSv1\r\nmode: enforce\r\nmax_age: 86400\r\nMX: mx.example.com\r\n", 0, PolicyCodes.MxMissing)]
    [InlineData("version: STSv1\r\nmode: none\r\nmax_age: 86400\r\nmx: mx.example.com.\r\n", 4, PolicyCodes.MxInvalid)]
    [InlineData("version: STSv1\r\nmode: none\r\nmax_age: 86400\r\nmx: *\r\n", 4, PolicyCodes.MxInvalid)]
    [InlineData("version: STSv1\r\nmode: none\r\nmax_age: 86400\r\nmx: mx.*.example\r\n", 4, PolicyCodes.MxInvalid)]
    [InlineData("version: STSv1\r\nmode: none\r\nmax_age: 86400\r\nmx: mx.bücher.example\r\n", 4, PolicyCodes.MxInvalid)]
    [InlineData("version: STSv1\r\nmode: none\r\nmax_age: 86400\r\nmx: a.example, b.example\r\n", 4, PolicyCodes.MxInvalid)]
    [InlineData("version: STSv1\r\nmode: none\r\nmax_age: 86400\r\nmx: m_x.example\r\n", 4, PolicyCodes.MxInvalid)]
    [InlineData("version: STSv1\r\nmode: none\r\nmax_age: 86400\r\nmx: 192.0.2.1\r\n", 4, PolicyCodes.MxInvalid)]
    [InlineData("version: STSv1\r\nmode: none\r\nmax_age: 86400\r\nmx: [192.0.2.1]\r\n", 4, PolicyCodes.MxInvalid)]
    [InlineData("version: STSv1\r\nmode: none\r\nmax_age: 86400\r\nmx:\r\n", 4, PolicyCodes.MxInvalid)]
    public void Read_WhatTheRfcDoesNotAllow_IsRefusedByBothWithItsLine(string file, int line, string code)
    {
        foreach (var reading in (PolicyReading[])[Tolerant(file), Strict(file)])
        {
            var problems = Assert.IsType<PolicyReading.Refused>(reading).Problems.Where(static problem => problem.Weight == FindingWeight.Violation).ToList();

            // A line that cannot be read may leave its key missing too; nothing else is blamed.
            Assert.Single(problems, problem => (problem.Line, problem.Code) == (line, code));
            Assert.All(problems, problem => Assert.True(problem.Code == code || problem.Code.EndsWith("-missing", StringComparison.Ordinal), problem.Code));
            Assert.All(problems, static problem => Assert.True(problem.Rule.Length > 0 && problem.Message.EndsWith('.')));
        }
    }

    [Fact]
    public void Read_AnUnknownValueOutsideAscii_IsARiskForReadersOfAsciiAlone()
    {
        var file = Good + "x.note_1: café\r\n";

        Assert.Equal([PolicyCodes.KeyUnknown, PolicyCodes.NotAscii], Assert.IsType<PolicyReading.Accepted>(Tolerant(file)).Notes.Select(static note => note.Code));
        Assert.Equal(PolicyCodes.NotAscii, Assert.Single(Assert.IsType<PolicyReading.Refused>(Strict(file)).Problems).Code);
    }

    [Fact]
    public void Read_BytesThatAreNoUtf8InAnUnknownValue_IsRefused()
    {
        byte[] file = [.. Encoding.ASCII.GetBytes(Good + "x: a"), 0xC3, 0x28, (byte)'\r', (byte)'\n'];

        var refused = Assert.IsType<PolicyReading.Refused>(PolicyReader.ReadTolerant(file));

        Assert.Equal((5, PolicyCodes.ValueInvalid), (refused.Problems[0].Line, Assert.Single(refused.Problems).Code));
    }

    [Fact]
    public void Read_ADuplicateKey_TakesTheFirst()
    {
        var accepted = Assert.IsType<PolicyReading.Accepted>(
            Tolerant("version: STSv1\r\nmode: enforce\r\nmax_age: 1\r\nmx: a.example\r\nmode: none\r\nmax_age: 2\r\nversion: STSv2\r\nmx: b.example\r\n"));

        Assert.Equal((PolicyMode.Enforce, 1, "a.example b.example"), (accepted.Policy.Mode, accepted.Policy.MaxAge, string.Join(' ', accepted.Policy.Mx)));
    }

    [Theory]
    [InlineData("maxage", "max_age")]
    [InlineData("max-age", "max_age")]
    [InlineData("Max_Age", "max_age")]
    [InlineData("MX", "mx")]
    [InlineData("nmx", "mx")]
    [InlineData("modes", "mode")]
    public void Read_AKeyNearAKnownOne_SaysWhatWasMeant(string key, string meant)
    {
        var note = Assert.Single(Assert.IsType<PolicyReading.Accepted>(Tolerant($"{Good}{key}: 1\r\n")).Notes);

        Assert.Contains($"perhaps {meant} was meant", note.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SizeAtAndOverTheLimits_AcceptsNotesAndRefuses()
    {
        Assert.DoesNotContain(
            Assert.IsType<PolicyReading.Accepted>(Tolerant(Padded(PolicyWriter.MaxSize))).Notes, static note => note.Weight > FindingWeight.Remark);
        Assert.Contains(
            Assert.IsType<PolicyReading.Accepted>(Tolerant(Padded(PolicyWriter.MaxSize + 1))).Notes, static note => note.Code == PolicyCodes.TooLargeToPublish);
        Assert.IsType<PolicyReading.Accepted>(Tolerant(Padded(PolicyReader.MaxSize)));
        Assert.Equal(
            PolicyCodes.TooLarge, Assert.Single(Assert.IsType<PolicyReading.Refused>(Tolerant(Padded(PolicyReader.MaxSize + 1))).Problems).Code);
    }

    [Fact]
    public void Read_NothingButLineEnds_KeepsFewFindings() =>
        Assert.Equal(PolicyReader.MaxFindings, Assert.IsType<PolicyReading.Refused>(Tolerant(new string('\n', PolicyReader.MaxSize))).Problems.Count);

    [Fact]
    public void ReadTolerant_EveryVectorOfOthers_HasTheVerdictOfTheRfc()
    {
        var wrong = new List<string>();
        foreach (var vector in Vectors.Load("mta-sts-policies.json").GetProperty("vectors").EnumerateArray())
        {
            var expected = vector.Text("rfc_verdict")!.StartsWith("valid", StringComparison.Ordinal);
            var reading = Tolerant(vector.Text("input")!);
            if (reading is PolicyReading.Accepted != expected)
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{vector.Text("id")} {vector.Text("why")}: {reading}"));
        }

        Assert.Empty(wrong);
    }

    private static PolicyReading Tolerant(string file) => PolicyReader.ReadTolerant(Encoding.UTF8.GetBytes(file));

    private static PolicyReading Strict(string file) => PolicyReader.ReadStrict(Encoding.UTF8.GetBytes(file));

    /// <summary>A valid file of exactly so many bytes.</summary>
    private static string Padded(int size) => $"{Good}x: {new string('a', size - Good.Length - 5)}\r\n";
}
