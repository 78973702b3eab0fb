using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Protocol.Tests.Reports;

/// <summary>What is mended, skipped or refused in the JSON.</summary>
public class MendTests
{
    private const string GoodPolicy = """{"policy":{"policy-type":"sts","policy-domain":"harbour.example"},"summary":{"total-successful-session-count":1,"total-failure-session-count":0}}""";

    [Fact]
    public void Decode_NothingButRangeAndPolicies_NotesWhatIsMissing()
        => Assert.Equal(
            [MendCodes.OrganizationNameMissing, MendCodes.ContactInfoMissing, MendCodes.ReportIdMissing],
            Given.Codes("""{"date-range":{"start-datetime":"2025-03-04T00:00:00Z","end-datetime":"2025-03-04T23:59:59Z"},"policies":[]}"""));

    [Theory]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"policy\":null}")]
    [InlineData("{\"policy\":[],\"summary\":{}}")]
    public void Decode_BadPolicyBetweenGoodOnes_IsSkipped(string bad)
    {
        var report = Given.One(Given.WithPolicies($"[{GoodPolicy},{bad},{GoodPolicy}]"));

        Assert.Equal(2, report.Policies.Count);
        Assert.Contains(report.Mended, m => m is { Code: MendCodes.PolicySkipped, Where: "policies[1]" });
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"not a dict\"")]
    [InlineData("[[]]")]
    [InlineData("{}")]
    [InlineData("{\"failed-session-count\":3}")]
    [InlineData("{\"result-type\":{\"a\":[1,2]},\"failed-session-count\":3}")]
    public void Decode_BadDetailBetweenGoodOnes_IsSkipped(string bad)
    {
        const string Good = """{"result-type":"x","failed-session-count":1}""";
        var report = Given.One(Given.WithPolicy(afterSummary: $"\"failure-details\":[{Good},{bad},{Good}]"));

        Assert.Equal(2, report.Policies[0].Details.Count);
        Assert.Contains(report.Mended, m => m is { Code: MendCodes.DetailSkipped, Where: "policies[0].failure-details[1]" });
    }

    [Fact]
    public void Decode_DetailWithoutCount_CountsNoneAndNotes()
    {
        var report = Given.One(Given.WithDetail("""{"result-type":"err"}"""));

        Assert.Equal(("err", 0L), (report.Policies[0].Details[0].ResultType, report.Policies[0].Details[0].FailedSessions));
        Assert.Equal([(MendCodes.CountMissing, "policies[0].failure-details[0].failed-session-count")], report.Mended.Select(m => (m.Code, m.Where)));
    }

    [Fact]
    public void Decode_PolicyWithoutTypeSummaryAndDomain_IsKeptAndNoted()
    {
        var report = Given.One(Given.WithPolicies("""[{"policy":{}}]"""));

        Assert.Equal(("", null, 0L, 0L), (report.Policies[0].PolicyType, report.Policies[0].PolicyDomain, report.Policies[0].Successful, report.Policies[0].Failed));
        Assert.Equal([MendCodes.PolicyTypeMissing, MendCodes.PolicyDomainMissing, MendCodes.SummaryMissing], report.Mended.Select(m => m.Code));
    }

    [Fact]
    public void Decode_EmptySummary_NotesBothCounts()
        => Assert.Equal([MendCodes.CountMissing, MendCodes.CountMissing], Given.Codes(Given.WithPolicy(summary: "{}")));

    [Theory]
    [InlineData("\"failure-details\":{\"a\":1}")]
    [InlineData("\"failure-details\":\"none\"")]
    public void Decode_DetailsThatAreNoList_AreIgnoredAndNoted(string field)
        => Assert.Equal([MendCodes.WrongKind], Given.Codes(Given.WithPolicy(afterSummary: field)));

    [Fact]
    public void Decode_DuplicateNames_TheFirstCounts()
    {
        var report = Given.One("""
            {"report-id":"first","report-id":"second","organization-name":"Org","contact-info":"a@org.example",
             "date-range":{"start-datetime":"2025-03-04T00:00:00Z","start-datetime":"1999-01-01T00:00:00Z","end-datetime":"2025-03-04T23:59:59Z"},
             "policies":[],"policies":[{"policy":{"policy-type":"sts"}}]}
            """);

        Assert.Equal(("first", 2025, 0), (report.ReportId, report.Start.Year, report.Policies.Count));
        Assert.Equal(3, report.Mended.Count(m => m.Code == MendCodes.DuplicateName));
    }

    [Fact]
    public void Decode_UnknownNames_AreIgnored()
        => Assert.Empty(Given.Codes(Given.WithPolicy("\"mx-host-pattern\":[\"*\"],\"x\":{\"y\":[1,{\"z\":[]}]}", "\"extra\":[[],{}]")));

    [Fact]
    public void Decode_NamesInAnyOrder_AreRead()
    {
        var policy = Given.Policy("""
            {"policies":[{"failure-details":[{"failed-session-count":1,"result-type":"x"}],"summary":{"total-failure-session-count":1,"total-successful-session-count":2},
             "policy":{"policy-domain":"harbour.example","policy-type":"sts"}}],"date-range":{"end-datetime":"2025-03-04T23:59:59Z","start-datetime":"2025-03-04T00:00:00Z"}}
            """);

        Assert.Equal((2L, 1L, 1), (policy.Successful, policy.Failed, policy.Details.Count));
    }

    [Fact]
    public void Decode_EscapedNamesAndTexts_AreResolved()
    {
        var json = Given.WithPolicy().Replace("\"policy-type\":\"sts\"", """
            "policy\u002dtype":"s\u0074s","policy-string":["\"\\\/\b\f\n\r\t\u00e9\u20ac\ud83d\ude00!"]
            """, StringComparison.Ordinal);

        var policy = Given.Policy(json);

        Assert.Equal((PolicyTypes.Sts, "\"\\/\b\f\n\r\té€😀!"), (policy.PolicyType, policy.PolicyString[0]));
    }

    [Theory]
    [InlineData("""
        "a\u0000b"
        """, "a\uFFFDb")]
    [InlineData("""
        "a\ud800b"
        """, "a\uFFFDb")]
    [InlineData("""
        "a\udc00\ud800"
        """, "a\uFFFD\uFFFD")]
    [InlineData("""
        "a\ud800\u0041"
        """, "a\uFFFDA")]
    public void Decode_NulAndHalfSurrogates_BecomeReplacementCharacters(string written, string expected)
        => Assert.Equal(expected, Given.One(Given.WithPolicy().Replace("\"r1\"", written, StringComparison.Ordinal)).ReportId);

    [Fact]
    public void Decode_InvalidUtf8_BecomesReplacementCharactersAndIsNoted()
    {
        var json = Given.Utf8(Given.WithPolicy());
        json[json.AsSpan().IndexOf("r1"u8)] = 0xFF;

        var report = Given.One(json);

        Assert.Equal("\uFFFD1", report.ReportId);
        Assert.Equal([(MendCodes.TextRepaired, "report-id")], report.Mended.Select(m => (m.Code, m.Where)));
    }

    [Fact]
    public void Decode_IdAsNumber_IsItsDigits()
    {
        var report = Given.One(Given.WithPolicy().Replace("\"r1\"", "17880", StringComparison.Ordinal));

        Assert.Equal("17880", report.ReportId);
        Assert.Equal([MendCodes.TextAsNumber], report.Mended.Select(m => m.Code));
    }

    [Fact]
    public void Decode_SomethingBehindTheObject_IsIgnoredAndNoted()
        => Assert.Equal([MendCodes.TrailingContent], Given.Codes(Given.WithPolicy() + "\r\n_____\r\nlist footer"));

    [Fact]
    public void Decode_RangeBackwards_IsKeptAndNoted()
        => Assert.Equal([MendCodes.DateRangeReversed], Given.Codes(Given.WithRange("\"2025-03-05T00:00:00Z\"", "\"2025-03-04T00:00:00Z\"")));

    [Theory]
    [InlineData("2025-03-04T00:00:00Z", "2025-03-04T00:00:00", null)]
    [InlineData("2025-03-04t00:00:00z", "2025-03-04T00:00:00", null)]
    [InlineData("2025-03-04 00:00:00Z", "2025-03-04T00:00:00", null)]
    [InlineData("2025-03-04T02:30:00+02:30", "2025-03-04T00:00:00", null)]
    [InlineData("2025-03-03T19:00:00-0500", "2025-03-04T00:00:00", null)]
    [InlineData("2025-03-04T01:00:00+01", "2025-03-04T00:00:00", null)]
    [InlineData("2025-03-04T00:00Z", "2025-03-04T00:00:00", null)]
    [InlineData("2025-03-04T00:00:00.9999999999Z", "2025-03-04T00:00:00", null)]
    [InlineData("2024-12-31T23:59:60Z", "2024-12-31T23:59:59", null)]
    [InlineData("2025-03-03T24:00:00Z", "2025-03-04T00:00:00", null)]
    [InlineData("2025-03-04T00:00:00", "2025-03-04T00:00:00", MendCodes.DateWithoutZone)]
    [InlineData("2025-03-04", "2025-03-04T00:00:00", MendCodes.DateWithoutTime)]
    public void Decode_DateInAnyForm_IsReadAsUtc(string written, string expected, string? code)
    {
        var report = Given.One(Given.WithRange($"\"{written}\"", "\"2999-01-01T00:00:00Z\""));

        Assert.Equal(expected, report.Start.ToString("yyyy-MM-dd'T'HH:mm:ss"));
        Assert.Equal(code is null ? [] : [code], report.Mended.Select(m => m.Code));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2025-02-29T00:00:00Z")]
    [InlineData("2025-13-01T00:00:00Z")]
    [InlineData("2025-00-01T00:00:00Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("2025-03-04T25:00:00Z")]
    [InlineData("2025-03-04T24:00:01Z")]
    [InlineData("2025-03-04T00:60:00Z")]
    [InlineData("2025-03-04T00:00:61Z")]
    [InlineData("2025-03-04T00:00:00.Z")]
    [InlineData("2025-03-04T00:00:00+24:00")]
    [InlineData("2025-03-04T00:00:00+01:60")]
    [InlineData("2025-03-04T00:00:00Zulu")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("9999-12-31T24:00:00Z")]
    [InlineData("2025-03-04T")]
    [InlineData("yesterday")]
    [InlineData("٢٠٢٥-03-04T00:00:00Z")]
    public void Decode_DateThatIsNone_IsRefused(string written)
    {
        var refused = Given.Refused(Given.WithRange($"\"{written}\"", "\"2025-03-04T23:59:59Z\""));

        Assert.Equal((written.Length == 0 ? RefusalReason.MissingDateRange : RefusalReason.MalformedDateRange, "start-datetime"), (refused.Reason, refused.LimitOrField));
        Assert.Contains("start-datetime", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Forms of other standards and of programs; the day is the same, and a note tells.</summary>
    [Theory]
    [InlineData("2025-03-04 00:00:00 +0000 UTC")]
    [InlineData("2025-03-04 00:00:00.123456789 +0000 UTC m=+0.000012345")]
    [InlineData("20250304T000000Z")]
    [InlineData("20250304T000000")]
    [InlineData("20250304")]
    [InlineData("20250304000000")]
    [InlineData("2025-3-4 0:00:00")]
    [InlineData("2025/03/04 00:00:00")]
    [InlineData("2025-03-04T00:00:00 UTC")]
    [InlineData("2025-03-04T00:00:00Z[UTC]")]
    [InlineData("2025-03-04T01:00:00 +01:00")]
    [InlineData("Tue, 04 Mar 2025 00:00:00 +0000")]
    [InlineData("Tue, 4 Mar 2025 00:00:00 GMT")]
    [InlineData("04 Mar 2025 00:00:00 +0000 (UTC)")]
    [InlineData("Tue Mar 4 00:00:00 2025")]
    [InlineData("Tue Mar  4 00:00:00 UTC 2025")]
    [InlineData("1741046400")]
    [InlineData("1741046400000")]
    public void Decode_DateInAnotherForm_IsReadAndNoted(string written)
    {
        var report = Given.One(Given.WithRange($"\"{written}\"", "\"2025-03-04T23:59:59Z\""));

        Assert.Equal(new DateTimeOffset(2025, 3, 4, 0, 0, 0, TimeSpan.Zero), report.Start.AddTicks(-(report.Start.Ticks % TimeSpan.TicksPerSecond)));
        Assert.Equal((MendCodes.DateFormVariant, "date-range.start-datetime"), Assert.Single(report.Mended.Select(mend => (mend.Code, mend.Where))));
    }

    [Fact]
    public void Decode_ListsThatAreObjects_AreListsOfOneAndNoted()
    {
        var report = Given.One(Given.WithPolicies("""{"policy":{"policy-type":" STS ","policy-domain":"harbour.example"},"summary":{"total-successful-session-count":1,"total-failure-session-count":2},"failure-details":{"result-type":"Certificate-Expired","failed-session-count":2}}"""));

        var policy = Assert.Single(report.Policies);
        Assert.Equal((PolicyTypes.Sts, ResultTypes.CertificateExpired), (policy.PolicyType, Assert.Single(policy.Details).ResultType));
        Assert.Equal([MendCodes.ListAsObject, MendCodes.ListAsObject], report.Mended.Select(mend => mend.Code));
    }
}
