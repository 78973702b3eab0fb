using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Protocol.Tests.Reports;

/// <summary>What reporters really send, quirk by quirk.</summary>
public class QuirkTests
{
    [Fact]
    public void Decode_DateWithoutZone_IsUtcAndNoted()
    {
        var report = Given.One(Given.WithRange("\"2024-03-26T00:00:00\"", "\"2024-03-26T23:59:59\""));

        Assert.Equal(new DateTimeOffset(2024, 3, 26, 0, 0, 0, TimeSpan.Zero), report.Start);
        Assert.Equal(TimeSpan.Zero, report.End.Offset);
        Assert.Equal(["date-range.start-datetime", "date-range.end-datetime"], report.Mended.Where(m => m.Code == MendCodes.DateWithoutZone).Select(m => m.Where));
    }

    [Theory]
    [InlineData("2025-03-04T23:59:59Z")]
    [InlineData("2025-03-05T00:00:00Z")]
    [InlineData("2025-03-04T24:00:00Z")]
    public void Decode_EndBeforeOrAtMidnight_BelongsToTheDayOfItsStart(string end)
    {
        var report = Given.One(Given.WithRange("\"2025-03-04T00:00:00Z\"", $"\"{end}\""));

        Assert.Equal(new DateOnly(2025, 3, 4), report.Day);
        Assert.Empty(report.Mended);
    }

    [Theory]
    [InlineData("", 0, null)]
    [InlineData("\"mx-host\":null", 0, null)]
    [InlineData("\"mx-host\":[]", 0, null)]
    [InlineData("\"mx-host\":\"\"", 0, null)]
    [InlineData("\"mx-host\":[\"*.harbour.example\"]", 1, null)]
    [InlineData("\"mx-host\":\"*.harbour.example\"", 1, MendCodes.ListAsText)]
    [InlineData("\"mx-host\":[\"mx: *.harbour.example\"]", 1, MendCodes.MxHostPrefix)]
    [InlineData("\"mx-host\":\"MX:*.harbour.example\"", 1, MendCodes.MxHostPrefix)]
    [InlineData("\"mx-host\":[{\"a\":[1]},null,\"*.harbour.example\",7.5]", 2, MendCodes.WrongKind)]
    [InlineData("\"mx-host\":{\"a\":1}", 0, MendCodes.WrongKind)]
    public void Decode_MxHost_AcceptsEveryForm(string field, int count, string? code)
    {
        var report = Given.One(Given.WithPolicy(field));

        var hosts = Assert.Single(report.Policies).MxHost;
        Assert.Equal(count, hosts.Count);
        if (count > 0)
            Assert.Equal("*.harbour.example", hosts[0]);
        if (code is null)
            Assert.Empty(report.Mended);
        else
            Assert.Contains(report.Mended, m => m.Code == code && m.Where.StartsWith("policies[0].policy.mx-host", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"policy-string\":null")]
    [InlineData("\"policy-string\":\"\"")]
    [InlineData("\"policy-string\":[]")]
    [InlineData("\"policy-string\":[\"\"]")]
    public void Decode_PolicyStringMissingOrEmpty_IsAnEmptyList(string field)
    {
        var report = Given.One(Given.WithPolicy(field));

        Assert.Empty(report.Policies[0].PolicyString);
        Assert.Empty(report.Mended);
    }

    [Fact]
    public void Decode_PolicyStringAsText_IsAListOfOne()
        => Assert.Equal(["version: STSv1"], Given.Policy(Given.WithPolicy("\"policy-string\":\"version: STSv1\"")).PolicyString);

    [Fact]
    public void Decode_PolicyStringWithCarriageReturns_IsTrimmed()
        => Assert.Equal(["version: STSv1", "mode: enforce"], Given.Policy(Given.WithPolicy("""
            "policy-string":["version: STSv1\r","mode: enforce\r\n"]
            """)).PolicyString);

    [Theory]
    [InlineData("""["[\"3 1 1 AB\",\"3 1 1 CD\"]"]""")]
    [InlineData("""
        "[\"3 1 1 AB\", \"3 1 1 CD\"]"
        """)]
    public void Decode_TlsaListPackedInOneText_IsUnpacked(string packed)
    {
        var report = Given.One(Given.WithPolicies("""[{"policy":{"policy-type":"tlsa","policy-string":PACKED,"policy-domain":"harbour.example"},"summary":{"total-successful-session-count":7,"total-failure-session-count":0}}]""".Replace("PACKED", packed, StringComparison.Ordinal)));

        Assert.Equal(["3 1 1 AB", "3 1 1 CD"], report.Policies[0].PolicyString);
        Assert.Contains(report.Mended, m => m.Code == MendCodes.ListPackedInText);
    }

    [Theory]
    [InlineData("""["[not json]"]""", "[not json]")]
    [InlineData("""["[1,2]"]""", "[1,2]")]
    [InlineData("""["[[\"deep\"]]"]""", "[[\"deep\"]]")]
    public void Decode_TextThatOnlyLooksPacked_IsKept(string field, string expected)
        => Assert.Equal([expected], Given.Policy(Given.WithPolicy("\"policy-string\":" + field)).PolicyString);

    [Fact]
    public void Decode_StsAndTlsaForTheSameSessions_AreNotAddedUp()
    {
        var report = Given.One(Given.WithPolicies("""
            [{"policy":{"policy-type":"sts","policy-domain":"harbour.example"},"summary":{"total-successful-session-count":7,"total-failure-session-count":1}},
             {"policy":{"policy-type":"tlsa","policy-domain":"harbour.example"},"summary":{"total-successful-session-count":7,"total-failure-session-count":1}}]
            """));

        Assert.Equal(8, SessionCount.Of(report, Given.Domain)!.Total);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"failure-details\":[]")]
    [InlineData("\"failure-details\":null")]
    public void Decode_NoFailureDetails_IsAnEmptyList(string field)
    {
        var report = Given.One(Given.WithPolicy(afterSummary: field));

        Assert.Empty(report.Policies[0].Details);
        Assert.Empty(report.Mended);
    }

    [Fact]
    public void Decode_DetailWithTypeAndCountOnly_LeavesTheRestNull()
        => Assert.Equal(
            new FailureDetail { ResultType = ResultTypes.StsPolicyFetchError, FailedSessions = 3 },
            Given.Detail("""{"result-type":"sts-policy-fetch-error","failed-session-count":3}"""));

    [Fact]
    public void Decode_EmptyTexts_AreNull()
        => Assert.Equal(
            new FailureDetail { ResultType = ResultTypes.ValidationFailure, FailedSessions = 4 },
            Given.Detail("""{"result-type":"validation-failure","sending-mta-ip":"","receiving-ip":" ","receiving-mx-hostname":"","receiving-mx-helo":"","failed-session-count":4,"additional-information":"","failure-reason-code":null}"""));

    [Fact]
    public void Decode_DetailsBeyondTheTotal_KeepsBothAndNotes()
    {
        var report = Given.One(Given.WithPolicy(
            afterSummary: """
            "failure-details":[{"result-type":"sts-policy-fetch-error","failed-session-count":1},{"result-type":"validation-failure","failed-session-count":1}]
            """,
            summary: """{"total-successful-session-count":0,"total-failure-session-count":1}"""));

        Assert.Equal((1L, 2), (report.Policies[0].Failed, report.Policies[0].Details.Count));
        Assert.Equal([MendCodes.DetailsExceedTotal], report.Mended.Select(m => m.Code));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    public void Decode_ContactInfoNull_SubmitterIsTheOrganisation(string contact)
    {
        var report = Given.One(Given.WithPolicy().Replace("\"a@org.example\"", contact, StringComparison.Ordinal));

        Assert.Null(report.ContactInfo);
        Assert.Equal("Org", report.Submitter);
        Assert.Equal([MendCodes.ContactInfoMissing], report.Mended.Select(m => m.Code));
    }

    [Theory]
    [InlineData("tls@Reports.Org.Example", "reports.org.example")]
    [InlineData("mailto:tls@org.example?subject=x", "org.example")]
    [InlineData("TLS Reports <tls@org.example>", "org.example")]
    [InlineData("tls@org.example.", "org.example")]
    [InlineData("tls@bücher.example", "xn--bcher-kva.example")]
    [InlineData("https://org.example/contact", "Org")]
    [InlineData("tls@", "Org")]
    public void Submitter_OfContactInfo_IsItsDomain(string contact, string expected)
        => Assert.Equal(expected, Given.One(Given.WithPolicy().Replace("a@org.example", contact, StringComparison.Ordinal)).Submitter);

    [Fact]
    public void Decode_NoPolicyFoundWithoutDomain_IsKeptForTheCallerToAttribute()
    {
        var report = Given.One(Given.WithPolicies("""[{"policy":{"policy-type":"no-policy-found"},"summary":{"total-successful-session-count":1,"total-failure-session-count":0},"failure-details":[]}]"""));

        Assert.Null(Assert.Single(report.Policies).PolicyDomain);
        Assert.Empty(report.PolicyDomains);
        Assert.Equal([MendCodes.PolicyDomainMissing], report.Mended.Select(m => m.Code));
        Assert.Equal(1, SessionCount.Of(report.WithPolicyDomain("Harbour.Example."), Given.Domain)!.Total);
    }

    [Theory]
    [InlineData("2024-02-17T00:00:00Z_example.com")]
    [InlineData("133526718584528772+harbour.example")]
    [InlineData("1234567890+")]
    [InlineData("2025-09-20T00:00:00Z_idx1_host")]
    [InlineData("b28254de-7b2e-be36-bb5c-4c3b92da8b25@mail.example")]
    public void Decode_ReportId_IsOpaque(string id)
        => Assert.Equal(id, Given.One(Given.WithPolicy().Replace("r1", id, StringComparison.Ordinal)).ReportId);

    [Fact]
    public void Decode_SubjectAndBodyDisagree_BodyWins()
    {
        var decoded = Given.Decoded(Given.Utf8(Given.Mail(Given.Gzip(Given.SmallJson))));

        Assert.Equal(["a.example"], decoded.Reports[0].PolicyDomains);
        Assert.Equal(Given.Domain, decoded.Mail!.TlsReportDomain);
        Assert.Equal(Given.Domain, decoded.Mail.FileName!.PolicyDomain);
    }

    [Fact]
    public void Decode_FoldedSubjectWithoutAngleBrackets_IsTakenAsText()
    {
        var mail = Given.Mail(Given.Gzip(Given.SmallJson)).Replace("<1@lighthouse.example>", "\r\n 1+harbour.example", StringComparison.Ordinal);

        Assert.EndsWith("1+harbour.example", Given.Decoded(Given.Utf8(mail)).Mail!.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_HtmlPartAndUnquotedReportType_FindsTheReport()
    {
        var mail = Given.Mail(Given.Gzip(Given.SmallJson), human: "<html>{}</html>").Replace("text/plain; charset=utf-8", "text/html", StringComparison.Ordinal);

        Assert.Single(Given.Decoded(Given.Utf8(mail)).Reports);
    }

    [Fact]
    public void Decode_MessageIdOfTheReceiversDomain_IsJustAFact()
    {
        var mail = Given.Mail(Given.Gzip(Given.SmallJson)).Replace("<m1@lighthouse.example>", "<133+harbour.example@harbour.example>", StringComparison.Ordinal);

        Assert.Equal("133+harbour.example@harbour.example", Given.Decoded(Given.Utf8(mail)).Mail!.MessageId);
    }

    [Fact]
    public void Decode_SubmitterHeaderOtherThanFrom_TellsBoth()
    {
        var mail = Given.Mail(Given.Gzip(Given.SmallJson)).Replace("reports@lighthouse.example", "noreply@corp.lighthouse.example", StringComparison.Ordinal);

        var facts = Given.Decoded(Given.Utf8(mail)).Mail!;

        Assert.Equal(("lighthouse.example", "noreply@corp.lighthouse.example"), (facts.TlsReportSubmitter, facts.From));
    }

    [Theory]
    [InlineData("\"12\"", 12, MendCodes.CountAsText)]
    [InlineData("\" 12 \"", 12, MendCodes.CountAsText)]
    [InlineData("12.0", 12, null)]
    [InlineData("1.2e1", 12, null)]
    [InlineData("12.9", 12, MendCodes.CountNotWhole)]
    [InlineData("-1", 0, MendCodes.CountNegative)]
    [InlineData("-0.5", 0, MendCodes.CountNegative)]
    [InlineData("9007199254740991", 9007199254740991, null)]
    [InlineData("9007199254740992", 9007199254740991, MendCodes.CountTooLarge)]
    [InlineData("99999999999999999999999999", 9007199254740991, MendCodes.CountTooLarge)]
    [InlineData("1e400", 9007199254740991, MendCodes.CountTooLarge)]
    [InlineData("-1e400", 0, MendCodes.CountNegative)]
    [InlineData("\"many\"", 0, MendCodes.CountInvalid)]
    [InlineData("\"NaN\"", 0, MendCodes.CountInvalid)]
    [InlineData("\"\"", 0, MendCodes.CountInvalid)]
    [InlineData("null", 0, MendCodes.CountInvalid)]
    [InlineData("true", 0, MendCodes.CountInvalid)]
    [InlineData("[1]", 0, MendCodes.CountInvalid)]
    [InlineData("{\"a\":1}", 0, MendCodes.CountInvalid)]
    public void Decode_CountInAnyForm_IsANumberInRange(string written, long expected, string? code)
    {
        var report = Given.One(Given.WithPolicy(summary: $$"""{"total-successful-session-count":{{written}},"total-failure-session-count":1}"""));

        Assert.Equal((expected, 1L), (report.Policies[0].Successful, report.Policies[0].Failed));
        Assert.Equal(code is null ? [] : [(code, "policies[0].summary.total-successful-session-count")], report.Mended.Select(m => (m.Code, m.Where)));
    }

    [Fact]
    public void Decode_NegativeCountAsText_IsZeroAndNotedTwice()
        => Assert.Equal([MendCodes.CountAsText, MendCodes.CountNegative], Given.Codes(Given.WithPolicy(summary: """{"total-successful-session-count":"-3","total-failure-session-count":1}""")));

    [Fact]
    public void Decode_AdditionalInfoUri_IsReadAsAdditionalInformation()
    {
        var json = Given.WithDetail("""{"result-type":"x","failed-session-count":1,"additional-info-uri":"https://org.example/1"}""");

        Assert.Equal("https://org.example/1", Given.Policy(json).Details[0].AdditionalInformation);
        Assert.Equal([MendCodes.FieldNameVariant], Given.Codes(json));
    }

    [Theory]
    [InlineData("""{"result-type":"x","failed-session-count":1,"additional-information":"right","additional-info-uri":"wrong"}""")]
    [InlineData("""{"result-type":"x","failed-session-count":1,"additional-info-uri":"wrong","additional-information":"right"}""")]
    public void Decode_BothNamesOfAdditionalInformation_TheRfcsWins(string detail)
        => Assert.Equal("right", Given.Detail(detail).AdditionalInformation);

    [Fact]
    public void Decode_UnknownResultAndPolicyTypes_AreKeptVerbatim()
    {
        var policy = Given.Policy(Given.WithPolicies("""[{"policy":{"policy-type":"Moon-Phase","policy-domain":"harbour.example"},"summary":{"total-successful-session-count":1,"total-failure-session-count":1},"failure-details":[{"result-type":"Full-Moon","failed-session-count":1}]}]"""));

        Assert.Equal(("Moon-Phase", "Full-Moon"), (policy.PolicyType, policy.Details[0].ResultType));
    }

    [Theory]
    [InlineData("Harbour.Example", "harbour.example")]
    [InlineData(" harbour.example. ", "harbour.example")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("BÜCHER.example", "xn--bcher-kva.example")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    public void Decode_PolicyDomain_IsLowerCaseALabels(string written, string expected)
    {
        var report = Given.One(Given.WithPolicy().Replace(Given.Domain, written, StringComparison.Ordinal));

        Assert.Equal(expected, report.Policies[0].PolicyDomain);
        Assert.Empty(report.Mended);
    }

    [Theory]
    [InlineData("not a domain")]
    [InlineData("a..b")]
    [InlineData("-\u0301.example")]
    public void Decode_PolicyDomainThatIsNone_IsKeptAndNoted(string written)
    {
        var report = Given.One(Given.WithPolicy().Replace(Given.Domain, written, StringComparison.Ordinal));

        Assert.NotNull(report.Policies[0].PolicyDomain);
        Assert.Equal([MendCodes.PolicyDomainInvalid], report.Mended.Select(m => m.Code));
    }

    [Fact]
    public void Decode_ReportAboutTheIntakeItself_IsAnOrdinaryReport()
        => Assert.Equal(["in.tlsrpt.example"], Given.One(Given.WithPolicy().Replace(Given.Domain, "in.tlsrpt.example", StringComparison.Ordinal)).PolicyDomains);
}
